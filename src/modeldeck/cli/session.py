"""What every verb shares: the global flags, the streams and the way to the deck."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from modeldeck.cli.output import Output
from modeldeck.engine.deck import Deck
from modeldeck.engine.launch import Launch, Options


@dataclass
class Session:
    """One call of the command line. `chosen` collects the global flags, wherever they stood."""

    launch: Launch
    output: Output
    chosen: dict[str, Any] = field(default_factory=dict)

    @property
    def options(self) -> Options:
        """The global flags as the composition root takes them."""
        return Options(**self.chosen)

    @property
    def verbose(self) -> bool:
        """Whether -v was given."""
        return bool(self.chosen.get("verbose"))

    @contextmanager
    def deck(self) -> Iterator[Deck]:
        """The open deck; what its settings warn about is said on stderr. Raises ConfigError or StorageError."""
        with self.launch.open_deck(self.options) as deck:
            self._say_warnings(deck)
            yield deck

    @contextmanager
    def listed_deck(self, *, refresh: bool = False) -> Iterator[Deck]:
        """The open deck with a list of every provider, fetched where there is none yet, or anew with `refresh`.

        Providers that could not be listed are named on stderr, one line each.
        """
        with self.launch.open_deck(self.options) as deck:
            report = deck.lists.refresh() if refresh else deck.lists.ensure()
            for provider, reason in report.failed.items():
                self.output.note(f"{provider}: {reason}")
            for note in report.notes:
                self.output.note(note, dim=True)
            self._say_warnings(deck)  # after the lists: before the first ones nobody lists anything
            yield deck

    def read_piped(self) -> str:
        """All of a stdin that is not a terminal; empty when it is one, or closed."""
        stdin = sys.stdin
        return "" if stdin is None or stdin.closed or stdin.isatty() else self.read_stdin()

    def read_stdin(self) -> str:
        """Read stdin to its end as UTF-8; bytes that are none are replaced, and that is said on stderr."""
        binary = getattr(sys.stdin, "buffer", None)
        if binary is None:
            return sys.stdin.read() if sys.stdin is not None else ""
        raw: bytes = binary.read()
        try:
            return raw.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            self.output.note(f"note: standard input is not UTF-8 (byte {error.start}); wrong bytes were replaced.")
            return raw.decode("utf-8-sig", errors="replace")

    def _say_warnings(self, deck: Deck) -> None:
        for warning in deck.warnings:
            self.output.note(f"note: {warning}")


def has_terminal() -> bool:
    """Whether a person sits at both ends, and the app can be opened."""
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout))
