"""What a person chooses for the conversation: the model, the mode, the theme. All of it is kept in deck.toml."""

from collections.abc import Callable
from functools import partial

from modeldeck.domain.errors import DeckError
from modeldeck.domain.task import Mode
from modeldeck.engine.deck import Deck
from modeldeck.tui.advice import first_steps, nothing_callable
from modeldeck.tui.hints import hint
from modeldeck.tui.messages import StateChanged
from modeldeck.tui.shell import Shell
from modeldeck.tui.toast import fail, say, warn

_MODES = (Mode.MANUAL, Mode.AUTO, Mode.HYBRID)


class Choosing:
    """Changes the deck's state and tells everybody.

    Args:
        app: where it is shown.
        deck: whose state it is.
        picked: the model that would be used now, None while that is not known.
    """

    def __init__(self, app: Shell, deck: Deck, picked: Callable[[], str | None]) -> None:
        self._app = app
        self._deck = deck
        self._picked = picked

    def use(self, model: str | None) -> None:
        """Make this the manual model, and say why when it cannot be called; None changes nothing."""
        if model is None:
            return
        self._keep(partial(self._deck.choices.set_mode, Mode.MANUAL, model))
        found = self._deck.catalog.get(model)
        status = "ok" if found is None else self._deck.standing.status(found)
        if status != "ok":
            steps = f" {first_steps(self._deck)}" if nothing_callable(self._deck) else ""
            warn(self._app, f"{model} cannot be called now: {status}.{steps}")

    def use_recent(self) -> None:
        """Let the person choose among the recent models."""
        if not self._deck.choices.state.recent:
            say(self._app, hint(self._app, "No recent models yet: {table.activate|enter} on a row uses one."))
            return
        from modeldeck.tui.screens.recent import RecentScreen

        self._app.push_screen(RecentScreen(self._deck), self.use)

    def next_mode(self) -> None:
        """Manual, auto, hybrid, and round."""
        self.set_mode(_MODES[(_MODES.index(self._deck.choices.state.mode or Mode.AUTO) + 1) % len(_MODES)])

    def set_mode(self, mode: Mode) -> None:
        """Switch the conversation's mode; manual and hybrid take the model that is shown when none was chosen yet."""
        model = None if mode is Mode.AUTO else self._deck.choices.state.preferred or self._picked()
        if mode is not Mode.AUTO and model is None:
            warn(
                self._app,
                hint(self._app, "There is no model to prefer yet: {table.activate|enter} on a row chooses one."),
            )
            return
        self._keep(partial(self._deck.choices.set_mode, mode, model))

    def keep_theme(self, name: str | None) -> None:
        """Use a theme from now on; None changes nothing."""
        if name is not None:
            self._app.theme = name
            self._keep(partial(self._deck.choices.update, theme=name))

    def _keep(self, change: Callable[[], object]) -> None:
        """Make a change; when the file cannot be written it still holds until the end, and the person is told."""
        try:
            change()
        except DeckError as error:
            fail(self._app, error)
        self._app.post_message(StateChanged())
