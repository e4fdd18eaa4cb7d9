"""The recent models in a short list: the key that opens it goes on to the next one, Enter uses it."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen

from modeldeck.engine.deck import Deck
from modeldeck.tui.format import short_id
from modeldeck.tui.hints import hint
from modeldeck.tui.widgets.choice_list import Choice, ChoiceList

_KEYS = "{recent.next|F2} next · {choices.choose|enter} uses it · {recent.close|esc} closes"


class RecentScreen(ModalScreen[str | None]):
    """Ends with the chosen model's id, or None. The cursor starts at the model that was used before this one."""

    CSS_PATH = "overlay.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f2", "next", "next", id="recent.next", tooltip="The next recent model"),
        Binding("escape,q", "dismiss(None)", "close", id="recent.close"),
    ]

    def __init__(self, deck: Deck) -> None:
        super().__init__(classes="overlay")
        self._deck = deck
        self._recent = deck.choices.state.recent

    def compose(self) -> ComposeResult:
        box = Vertical(classes="box -small")
        box.border_title = "Recent models"
        box.border_subtitle = hint(self, _KEYS)
        with box:
            yield ChoiceList()

    def on_mount(self) -> None:
        now = self._deck.choices.state.preferred
        models = self.query_one(ChoiceList)
        models.show([self._line(model, on=model == now) for model in self._recent])
        models.go_to(next((model for model in self._recent if model != now), self._recent[0]))
        models.focus()

    def _line(self, model: str, *, on: bool) -> Choice:
        """A recent model with its provider and what it costs, or why it cannot be called."""
        name, provider = short_id(model)
        found = self._deck.catalog.get(model)
        if found is None:
            state = "on no list"
        else:
            status = self._deck.standing.status(found)
            state = found.kind.upper() if status == "ok" else status
        return Choice(model, "radio", name, f"{provider} · {state}", on)

    def action_next(self) -> None:
        """One line on, and from the last to the first."""
        models = self.query_one(ChoiceList)
        at = self._recent.index(models.current) if models.current in self._recent else -1
        models.go_to(self._recent[(at + 1) % len(self._recent)])

    @on(ChoiceList.Chosen)
    def _chosen(self, message: ChoiceList.Chosen) -> None:
        self.dismiss(message.key)
