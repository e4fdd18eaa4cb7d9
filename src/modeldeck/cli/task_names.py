"""Task names that a person types."""

from modeldeck.cli.session import Session
from modeldeck.domain.errors import UsageError
from modeldeck.domain.task import TASK_ALIASES, Task
from modeldeck.engine.deck import Deck


def known_task(session: Session, deck: Deck, name: str, then: str = "it gets the default policy") -> Task:
    """The task called `name`; an unknown name is accepted, and said on stderr with the nearest ones.

    `then` says what becomes of an unknown one.

    Raises:
        UsageError: nobody could tell an unknown task by this name: it is blank, or holds control characters.
    """
    names = [task.name for task in deck.tasks.all()]
    if name not in names and name not in TASK_ALIASES:
        if not name.strip() or not name.isprintable():
            raise UsageError(f"{name!r} is no name for a task.", "Visible text on one line is, like coding.")
        from difflib import get_close_matches  # most names are known

        near = get_close_matches(name, [*names, *TASK_ALIASES], n=3)
        nearest = f" (near: {', '.join(near)})" if near else ""
        session.output.note(f"note: no task is called {name!r}{nearest}; {then}.")
    return deck.tasks.get(name)
