"""The choices that a person makes inside the program, kept in `deck.toml`."""

from collections.abc import Callable
from dataclasses import replace
from threading import Lock
from typing import Any

from modeldeck.domain.state import DeckState
from modeldeck.domain.task import Mode
from modeldeck.ports import StateFile

RECENT_MODELS = 10


class Choices:
    """The state with one writer at a time; a failed save keeps the change for this process."""

    def __init__(self, state: DeckState, file: StateFile) -> None:
        self._state = state
        self._file = file
        self._lock = Lock()
        self.on_hidden: Callable[[], None] = lambda: None
        """Called after other models were hidden or shown."""

    @property
    def state(self) -> DeckState:
        """The choices kept in deck.toml."""
        return self._state

    def change(self, changed: Callable[[DeckState], DeckState]) -> DeckState:
        """Replace the state by what `changed` makes of it, and save. Raises StorageError when it cannot be written."""
        with self._lock:
            before, self._state = self._state, changed(self._state)
            try:
                if self._state != before:
                    self._file.save(self._state)
            finally:
                if self._state.hidden != before.hidden:
                    self.on_hidden()
            return self._state

    def update(self, **changes: Any) -> DeckState:
        """Replace fields by name (favourites, recent, theme, mode, preferred, filters, hidden), and save.

        Raises:
            TypeError: there is no such field.
            StorageError: the file cannot be written; the change still holds for this process.
        """
        return self.change(lambda state: replace(state, **changes))

    def toggle_favourite(self, model: str) -> bool:
        """Flip a favourite; returns whether it is one now."""
        state = self.change(lambda state: replace(state, favourites=_toggled(state.favourites, model)))
        return model in state.favourites

    def set_mode(self, mode: Mode, model: str | None = None) -> None:
        """Keep the mode, and the model as preferred and as the most recent one."""

        def changed(state: DeckState) -> DeckState:
            if model is None:
                return replace(state, mode=mode)
            others = tuple(name for name in state.recent if name != model)
            return replace(state, mode=mode, preferred=model, recent=(model, *others)[:RECENT_MODELS])

        self.change(changed)


def _toggled(names: tuple[str, ...], name: str) -> tuple[str, ...]:
    return tuple(other for other in names if other != name) if name in names else (*names, name)
