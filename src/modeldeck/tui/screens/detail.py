"""Everything known about one model, each fact with where it comes from and how old it is."""

from collections.abc import Iterator, Sequence
from typing import ClassVar

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from modeldeck.domain.model import Model, Origin
from modeldeck.domain.profile import Specialization
from modeldeck.engine.deck import Deck
from modeldeck.engine.wording import condition
from modeldeck.tui.format import (
    UNKNOWN,
    age,
    clean,
    clean_block,
    context,
    milliseconds,
    money,
    price,
    rate,
    score,
    size,
    tokens,
)
from modeldeck.tui.hints import hint

Fact = tuple[str, str, str]
"""What, its value, and where it comes from."""

_LABEL_CELLS = 16
_GAP = 3
_LONGEST_ALIGNED = 32
"""Cells of a value; a longer one pushes its own origin to the right, not those of the others."""


class DetailScreen(ModalScreen[str | None]):
    """Ends with the model's id when it shall be used."""

    CSS_PATH = "overlay.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,i", "dismiss(None)", "close", id="detail.close"),
        Binding("enter", "use", "use", id="detail.use"),
    ]

    def __init__(self, deck: Deck, model: str) -> None:
        super().__init__(classes="overlay")
        self._deck = deck
        self._model = model

    def compose(self) -> ComposeResult:
        box = VerticalScroll(classes="box")
        box.border_title = Content(clean(self._model))
        box.border_subtitle = hint(self, "{detail.use|enter} uses it · {detail.close|esc} closes")
        with box:
            yield Static(markup=False)

    def on_mount(self) -> None:
        self.query_one(VerticalScroll).focus()

    def on_resize(self) -> None:
        self.call_after_refresh(self._show)

    def _show(self) -> None:
        known = self.query_one(Static)
        known.update(self._text(known.size.width))

    def action_use(self) -> None:
        self.dismiss(self._model)

    def _text(self, width: int) -> Content:
        model = self._deck.catalog.get(self._model)
        if model is None:
            return Content(f"{clean(self._model)} is on no list any more.")
        facts = [*self._catalog_facts(model), *self._deck_facts(model), *self._own_facts(model)]
        lines = [_line(fact, _value_cells(facts, width)) for fact in facts]
        if model.description:
            lines += [Content(""), Content(clean_block(model.description))]
        return Content("\n").join(lines)

    def _catalog_facts(self, model: Model) -> Iterator[Fact]:
        yield "name", clean(model.name), self._origin(model, "name")
        if model.alias:
            yield "alias", clean(model.alias), "user"
        if model.aliases:
            yield "also called", clean(", ".join(model.aliases)), self._origin(model, "aliases")
        yield "kind", model.kind.upper() + (" (prompts are kept or trained on)" if model.logs_prompts else ""), ""
        yield from self._prices(model)
        yield "context", context(model.context), self._origin(model, "context")
        yield "longest answer", tokens(model.max_output), self._origin(model, "max_output")
        yield "can", ", ".join(sorted(model.capabilities)) or UNKNOWN, self._origin(model, "capabilities")
        if model.parameters is not None:
            yield "weights", tokens(model.parameters), self._origin(model, "parameters")
        if model.size_bytes is not None:
            words = f"{size(model.size_bytes)} {clean(model.quantization or '')}"
            yield "file", words, self._origin(model, "size_bytes")
        if model.created is not None:
            yield "since", model.created.isoformat(), self._origin(model, "created")
        if model.expires is not None:
            yield "ends", model.expires.isoformat(), self._origin(model, "expires")
        if model.knowledge is not None:
            yield "knows until", clean(model.knowledge), self._origin(model, "knowledge")

    def _prices(self, model: Model) -> Iterator[Fact]:
        pricing = model.pricing
        if pricing is None:
            yield "price", "unknown", ""
            return
        origin = pricing.origin.value + self._age(model.origin_of("pricing"))
        yield "input price", f"{price(pricing.input)} $/M", origin
        yield "output price", f"{price(pricing.output)} $/M", origin
        if pricing.request:
            yield "fee", f"{money(pricing.request)} a request", origin
        for words, special in (
            ("cached input", pricing.cache_read),
            ("cache writing", pricing.cache_write),
            ("thinking", pricing.reasoning),
        ):
            if special is not None:
                yield words, f"{price(special)} $/M", origin
        for override in pricing.overrides:
            yield "", f"{price(override.input)} in, {price(override.output)} out $/M {condition(override)}", origin

    def _deck_facts(self, model: Model) -> Iterator[Fact]:
        yield "state", clean(self._deck.standing.status(model)), ""
        quality = self._deck.standing.quality(model)
        yield "quality", score(quality.value), quality.origin
        for special in Specialization:
            found = self._deck.standing.quality(model, special)
            if abs(found.value - quality.value) >= 0.005:
                yield f"  {special.value}", score(found.value), found.origin
        if model.local:
            yield "fit", clean(self._deck.machine.fit(model).note), "estimated"
        assigned = [task.name for task in self._deck.tasks.all() if task.model == model.id]
        if assigned:
            yield "tasks", clean(", ".join(assigned)), ""

    def _own_facts(self, model: Model) -> Iterator[Fact]:
        experience = self._deck.experience.of(model.id)
        if experience is None or not experience.calls:
            yield "mine", "not tried yet", ""
            return
        yield (
            "mine",
            f"{experience.successes} of {experience.calls} ok",
            age(experience.last_used, self._deck.clock.now()),
        )
        yield "first text", milliseconds(experience.ttft_ms), "measured"
        yield "speed", f"{rate(experience.tokens_per_second)} tok/s", "measured"
        yield "cost", f"{money(experience.cost_usd)} a call", "measured"

    def _origin(self, model: Model, fact: str) -> str:
        origin = model.origin_of(fact)
        return clean(origin.source) + self._age(origin)

    def _age(self, origin: Origin) -> str:
        return "" if origin.at is None else f", {age(origin.at, self._deck.clock.now())}"


def _value_cells(facts: Sequence[Fact], width: int) -> int:
    """Cells for the values, so that the origins stand in a column; 0 where `width` has no room for one."""
    values = max(cell_len(value) for _, value, _ in facts if cell_len(value) <= _LONGEST_ALIGNED)
    origins = max(cell_len(origin) for _, _, origin in facts)
    return values if _LABEL_CELLS + values + _GAP + origins <= width else 0


def _line(fact: Fact, width: int) -> Content:
    """A fact in columns; `width` is that of the values."""
    what, value, origin = fact
    if value == UNKNOWN:
        origin = ""  # nobody said anything
    gap = " " * max(_GAP, width + _GAP - cell_len(value))
    return Content.assemble(
        (f"{what:<{_LABEL_CELLS}}", "$text-muted"), value, (gap + origin if origin else "", "$text-muted")
    )
