"""The Filter pane: which models the table shows, and what is left of the free allowances."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import ClassVar, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from modeldeck.domain.model import Capability, Kind
from modeldeck.domain.quota import Quota
from modeldeck.domain.run import AttemptFailed, Finished
from modeldeck.engine.catalog.filter import ModelFilter
from modeldeck.engine.deck import Deck
from modeldeck.tui.filters import toggle_kind
from modeldeck.tui.format import UNKNOWN, clean, context, until
from modeldeck.tui.hints import hint
from modeldeck.tui.messages import CatalogChanged, RunEvent, StateChanged
from modeldeck.tui.panes.table_view import TableView
from modeldeck.tui.widgets.choice_list import Choice, ChoiceList

_PRICES = (None, Decimal("0.10"), Decimal("0.50"), Decimal("1.00"), Decimal("3.00"), Decimal("10.00"))
_CONTEXTS = (None, 8_000, 32_000, 64_000, 128_000, 200_000, 1_000_000)
_CAPABILITIES = (
    Capability.TOOLS,
    Capability.VISION,
    Capability.REASONING,
    Capability.JSON,
    Capability.CODE,
    Capability.AUDIO,
    Capability.FAST,
)
_Value = TypeVar("_Value")
_QUOTA_WORDS = {
    "requests_day": "requests today",
    "requests_minute": "requests this minute",
    "tokens_day": "tokens today",
    "tokens_minute": "tokens this minute",
}


class FilterPane(Vertical):
    """Facets with counts; every change is kept in deck.toml and shown by the Models table at once."""

    TITLE: ClassVar[str] = "Filter"
    NUMBER: ClassVar[int] = 2
    HELP: ClassVar[str] = """\
Which models the table shows. **{choices.choose|Space}** or a click chooses, left and right step through values,
`{filter.clear|x}` clears everything.
The counts say how many models each line would show. Choices are kept for the next start.

Below stand the free allowances that providers told: used of limit, and when they start again.
"""
    DEFAULT_CSS = """
    FilterPane {
        border: round $border-blurred; border-title-color: $text-muted; border-subtitle-color: $text-muted;
        &:focus-within { border: round $border; border-title-color: $foreground; border-title-style: bold; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("x,c", "clear", "clear", id="filter.clear", key_display="x", tooltip="Show every model again"),
    ]

    def __init__(self, deck: Deck) -> None:
        super().__init__()
        self.deck = deck
        self._view = TableView(self, deck)
        self.border_title = f"{self.NUMBER} {self.TITLE}"

    def compose(self) -> ComposeResult:
        yield ChoiceList(id="choices")

    def on_mount(self) -> None:
        self._show()

    def focus_primary(self) -> None:
        """Put the cursor on the first line."""
        self.screen.set_focus(self.query_one(ChoiceList))

    def on_show(self) -> None:
        self._show()

    @on(CatalogChanged)
    @on(StateChanged)
    def _look_again(self) -> None:
        self._show()

    @on(RunEvent)
    def _allowances_moved(self, message: RunEvent) -> None:
        if isinstance(message.event, Finished | AttemptFailed):
            self._show()

    def _show(self) -> None:
        if not self.is_on_screen:
            return
        wanted = self._view.wanted
        lines = [
            *self._kinds(wanted),
            *self._facets(wanted),
            *self._providers(wanted),
            *self._free_only(),
            *self._wallet(),
        ]
        self.query_one(ChoiceList).show(lines)
        self.border_subtitle = hint(self, "{filter.clear|x} clears") if wanted != ModelFilter() else ""

    def _kinds(self, wanted: ModelFilter) -> list[Choice]:
        counts = wanted.counts(self.deck.catalog.models, self._usable())
        total = sum(counts.values())
        every = Choice("kind:", "radio", "All", str(total), wanted.kind is None)
        return [every] + [
            Choice(f"kind:{kind}", "radio", kind.value.capitalize(), str(counts[kind]), wanted.kind is kind)
            for kind in Kind
        ]

    def _facets(self, wanted: ModelFilter) -> list[Choice]:
        checks = [Choice("keyed", "check", "with a key", on=wanted.keyed_only)]
        checks += [
            Choice(f"can:{capability}", "check", capability.value, on=capability in wanted.capabilities)
            for capability in _CAPABILITIES
        ]
        highest = "any" if wanted.max_price is None else f"{wanted.max_price}"
        least = "any" if wanted.min_context is None else context(wanted.min_context)
        return [
            *checks,
            Choice("price", "step", "max $/M", highest, wanted.max_price is not None),
            Choice("context", "step", "min ctx", least, wanted.min_context is not None),
        ]

    def _providers(self, wanted: ModelFilter) -> list[Choice]:
        counts = Counter(model.provider for model in self.deck.catalog.models)
        if len(counts) < 2 and not wanted.providers:
            return []
        names = sorted(set(counts) | wanted.providers, key=lambda name: (-counts[name], name))
        return [Choice("", "text", "")] + [
            Choice(f"from:{name}", "check", clean(name), str(counts[name]), name in wanted.providers) for name in names
        ]

    def _free_only(self) -> list[Choice]:
        """Providers of which the settings show only what costs nothing, and the variable that holds that."""
        lines: list[Choice] = []
        live = self.deck.settings
        for name, table in live.loaded.settings.providers.items():
            if table.free_only:
                holder = live.holder(f"providers.{name}.free_only")
                lines += [Choice("", "text", clean(name)), Choice("", "text", "  free only")]
                lines.append(Choice("", "text", f"  env {holder}" if holder else "  config.toml"))
        return [Choice("", "text", ""), *lines] if lines else []

    def _wallet(self) -> list[Choice]:
        """What is left of the allowances that say so: used of limit, and the reset."""
        lines: list[Choice] = []
        for quota in self.deck.limits.quotas():
            lines.append(Choice("", "text", clean(quota.scope).replace(":", " "), _used(quota)))
            lines.append(Choice("", "text", f"  {_QUOTA_WORDS[quota.kind]}"))
            if quota.resets_at is not None:
                lines.append(Choice("", "text", f"  resets {until(quota.resets_at, self.deck.clock.now())}"))
        return [Choice("", "text", ""), *lines] if lines else []

    @on(ChoiceList.Chosen)
    def _chosen(self, message: ChoiceList.Chosen) -> None:
        message.stop()
        self._view.show_only(_changed(self._view.wanted, message.key, message.step))

    def action_clear(self) -> None:
        self._view.show_only(ModelFilter())

    def _usable(self) -> set[str]:
        return {provider.name for provider in self.deck.providers() if provider.usable}


def _changed(wanted: ModelFilter, key: str, step: int) -> ModelFilter:
    """The filter after one line was chosen (step 0) or stepped."""
    what, _, name = key.partition(":")
    match what:
        case "kind":
            return toggle_kind(wanted, Kind(name)) if name else replace(wanted, kind=None)
        case "keyed":
            return replace(wanted, keyed_only=not wanted.keyed_only)
        case "can":
            return replace(wanted, capabilities=wanted.capabilities ^ {Capability(name)})
        case "from":
            return replace(wanted, providers=wanted.providers ^ {name})
        case "price":
            return replace(wanted, max_price=_step(_PRICES, wanted.max_price, step or 1))
        case _:
            return replace(wanted, min_context=_step(_CONTEXTS, wanted.min_context, step or 1))


def _step(values: Sequence[_Value], now: _Value, step: int) -> _Value:
    """The neighbour of a value, round the end; a value that is no step starts from the first."""
    at = values.index(now) if now in values else 0
    return values[(at + step) % len(values)]


def _used(quota: Quota) -> str:
    used = quota.used
    if used is None and quota.limit is not None and quota.remaining is not None:
        used = quota.limit - quota.remaining
    if used is None and quota.remaining is not None:
        return f"{quota.remaining} left"
    return f"{UNKNOWN if used is None else used}/{UNKNOWN if quota.limit is None else quota.limit}"
