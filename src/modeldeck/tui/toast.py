"""Short notes to the person, always as plain text: a stray bracket in an error body must not end the app."""

from textual.app import App

from modeldeck.domain.errors import DeckError
from modeldeck.tui.format import clean

SAY_SECONDS = 3


def say(app: App[int], text: str) -> None:
    """A note that goes away by itself, in the place of the one before: notes must not pile up over the panes."""
    for note in list(app._notifications):  # Textual has no public way to take back a single note
        if note.severity == "information":
            del app._notifications[note]
    app.notify(clean(text), timeout=SAY_SECONDS, markup=False)


def warn(app: App[int], text: str) -> None:
    """A note about something that did not work out."""
    app.notify(clean(text), severity="warning", timeout=8, markup=False)


def fail(app: App[int], error: DeckError) -> None:
    """What went wrong and the next step."""
    app.notify(_words(error), severity="error", timeout=10, markup=False)


def mended(app: App[int], error: DeckError) -> None:
    """Take back what `fail` said, because it holds no longer."""
    for note in [note for note in app._notifications if note.message == _words(error)]:
        del app._notifications[note]
    app._refresh_notifications()  # as `App.notify` does; Textual takes back all notes in public, or none


def _words(error: DeckError) -> str:
    return clean(error.message if error.hint is None else f"{error.message} {error.hint}")
