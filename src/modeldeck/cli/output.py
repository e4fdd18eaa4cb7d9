"""The two streams of a command: the result on stdout, everything said about it on stderr."""

import errno
import os
import sys
from collections.abc import Mapping, Sequence
from typing import Any, TextIO

from modeldeck.cli.text import block, line

_FALLBACK_WIDTH = 80
_BOLD, _DIM, _PLAIN = "\x1b[1m", "\x1b[2m", "\x1b[0m"


_READER_GONE = frozenset({errno.EPIPE, errno.EINVAL})  # EINVAL is how Windows says it


class ReaderGoneError(Exception):
    """Nobody reads stdout any more (`modeldeck list | head`)."""


class OutputLostError(Exception):
    """Stdout takes nothing more (a full disk); the text says why."""


class Output:
    """Writes what a command has to say.

    Args:
        as_json: stdout gets one JSON document and nothing else.
    """

    def __init__(self, *, as_json: bool = False) -> None:
        self.as_json = as_json
        self._out = _forgiving(sys.stdout)
        self._err = _forgiving(sys.stderr)

    @property
    def out_is_terminal(self) -> bool:
        return _is_terminal(self._out)

    @property
    def err_is_terminal(self) -> bool:
        return _is_terminal(self._err)

    @property
    def width(self) -> int | None:
        """Columns of the terminal that shows stdout; None when it is no terminal, and nothing is to be cut."""
        if not self.out_is_terminal:
            return None
        return _terminal_width(self._out)

    def write(self, text: str) -> None:
        """Safe text to stdout, at once. Raises ReaderGoneError and OutputLostError."""
        if self._out is None:
            return
        try:
            self._out.write(text)
            self._out.flush()
        except OSError as error:
            if error.errno in _READER_GONE or isinstance(error, BrokenPipeError):
                raise ReaderGoneError from error
            raise OutputLostError(error.strerror or str(error)) from error

    def lines(self, lines: Sequence[str]) -> None:
        """Safe lines to stdout."""
        self.write("".join(f"{text}\n" for text in lines))

    def note(self, text: str, *, dim: bool = False) -> None:
        """A message of one or more lines to stderr; may hold outside text."""
        start, end = self.dim_marks if dim else ("", "")
        self.note_raw(f"{start}{block(text)}{end}\n")

    def note_raw(self, text: str) -> None:
        """Safe text to stderr as it is, at once. A closed stderr is nobody's loss."""
        if self._err is None:
            return
        try:
            self._err.write(text)
            self._err.flush()
        except OSError:
            self._err = None

    def document(self, value: Mapping[str, Any] | Sequence[Mapping[str, Any]]) -> None:
        """One JSON document to stdout: an object over several lines, a list with one line per entry.

        Everything beyond ASCII is escaped, so that no console encoding and no control character can spoil it.
        """
        import json

        if isinstance(value, Mapping):
            self.write(json.dumps(value, indent=2) + "\n")
            return
        entries = ",\n ".join(json.dumps(entry) for entry in value)
        self.write(f"[{entries}]\n")

    def bold(self, text: str) -> str:
        """Emphasis on stdout, where colours are wanted."""
        return f"{_BOLD}{text}{_PLAIN}" if _wants_style(self._out) else text

    def dimmed(self, text: str) -> str:
        """Second rank on stdout, where colours are wanted."""
        return f"{_DIM}{text}{_PLAIN}" if _wants_style(self._out) else text

    @property
    def dim_marks(self) -> tuple[str, str]:
        """What begins and ends text of second rank on stderr; empty where colours are not wanted."""
        return (_DIM, _PLAIN) if _wants_style(self._err) else ("", "")


def error_document(code: str, message: str, hint: str | None, **more: Any) -> dict[str, Any]:
    """The document of a failure."""
    return {"error": {"code": code, "message": line(message), "hint": None if hint is None else line(hint), **more}}


def _forgiving(stream: TextIO | None) -> TextIO | None:
    """The stream, set to replace what its encoding lacks; None when the process has none (closed, or a GUI)."""
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="replace")
    return stream


def _is_terminal(stream: TextIO | None) -> bool:
    return stream is not None and stream.isatty()


def _wants_style(stream: TextIO | None) -> bool:
    if os.name == "nt" and "WT_SESSION" not in os.environ:
        return False  # the old Windows console shows escape sequences as letters
    return _is_terminal(stream) and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _terminal_width(stream: TextIO | None) -> int:
    told = os.environ.get("COLUMNS", "")
    if told.isdecimal() and int(told) > 0:
        return int(told)
    try:
        columns = os.get_terminal_size(stream.fileno() if stream else 1).columns
    except (OSError, ValueError):  # a stream without a file behind it
        return _FALLBACK_WIDTH
    return columns or _FALLBACK_WIDTH
