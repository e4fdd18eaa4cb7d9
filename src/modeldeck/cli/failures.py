"""A failure in words on stderr, as a document with --json, and as an exit code."""

from typing import Any

from modeldeck.cli.output import error_document
from modeldeck.cli.session import Session
from modeldeck.cli.text import line
from modeldeck.domain.errors import DeckError, NothingSelectableError

EXIT_FAILED, EXIT_USAGE, EXIT_INTERRUPTED = 1, 2, 130


def report(session: Session, code: str, message: str, hint: str | None, exit_code: int, **more: Any) -> int:
    """Say a failure: on stderr, and with --json as a document on stdout."""
    output = session.output
    output.note(f"{message}\n{hint}" if hint else message)
    if output.as_json:
        output.document(error_document(code, message, hint, **more))
    return exit_code


def report_error(session: Session, error: DeckError) -> int:
    """Say a failure that was foreseen."""
    return report(session, error.code, error.message, error.hint, error.exit_code, **_details(error))


def _details(error: DeckError) -> dict[str, Any]:
    """What the document of a failure says besides code, message and hint."""
    from modeldeck.domain.run import RunFailedError

    if isinstance(error, NothingSelectableError):
        return {"rejections": error.rejections}
    if isinstance(error, RunFailedError):
        from modeldeck.cli.rows import answer_row

        return answer_row(error.answer)
    return {}


def report_unexpected(session: Session, error: Exception) -> int:
    """Say a failure that nobody foresaw; the traceback goes to the log."""
    import logging

    logging.getLogger("modeldeck.cli").debug("unexpected failure", exc_info=error)
    message = f"Unexpected failure: {type(error).__name__}: {line(str(error))}".rstrip(": ")
    hint = None if session.verbose else "Run with -v for details."
    return report(session, "internal", message, hint, EXIT_FAILED)
