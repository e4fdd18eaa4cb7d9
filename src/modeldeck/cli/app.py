"""The command line as a whole, and the one place where a failure becomes an exit code."""

import os
import sys
from collections.abc import Sequence

from modeldeck.cli.failures import EXIT_FAILED, EXIT_INTERRUPTED, report, report_error, report_unexpected
from modeldeck.cli.output import Output, OutputLostError, ReaderGoneError
from modeldeck.cli.session import Session, has_terminal
from modeldeck.domain.errors import DeckError
from modeldeck.engine.launch import Launch

_NO_NETWORK = "--no-network"


def run(launch: Launch, argv: Sequence[str] | None = None) -> int:
    """Run one command line.

    Args:
        launch: what the composition root offers.
        argv: the arguments after the program's name; None takes them from the process.

    Returns:
        The exit code: 0 done, 1 the work failed, 2 wrong usage or configuration, 130 interrupted. Nothing is raised.
    """
    words = [_readable(word) for word in (sys.argv[1:] if argv is None else argv)]
    session = Session(launch, Output())
    try:
        return _run(session, words)
    except (ReaderGoneError, BrokenPipeError):
        _detach_stdout()
        return 0  # the reader has what it wanted
    except OutputLostError as error:
        _detach_stdout()
        session.output.note(f"The output cannot be written: {error}.")
        return EXIT_FAILED


def _run(session: Session, words: list[str]) -> int:
    try:
        if set(words) <= {_NO_NETWORK} and has_terminal():  # the app: its first picture does not wait for the verbs
            session.chosen["no_network"] = _NO_NETWORK in words
            return session.launch.run_app(session.options)
        from modeldeck.cli.root import invoke

        return invoke(session, words)
    except DeckError as error:
        return report_error(session, error)
    except KeyboardInterrupt:
        return report(session, "interrupted", "Interrupted.", None, EXIT_INTERRUPTED)
    except (ReaderGoneError, OutputLostError, BrokenPipeError):
        raise
    except Exception as error:  # noqa: BLE001 - the last line: a person never sees a traceback unasked
        return report_unexpected(session, error)


def _readable(word: str) -> str:
    """An argument whose bytes were not text, with those bytes replaced."""
    return word.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _detach_stdout() -> None:
    """Let what is still buffered for stdout go nowhere, so that the interpreter's exit stays quiet."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError, AttributeError):
        return  # no file behind stdout: then nothing is buffered for one
