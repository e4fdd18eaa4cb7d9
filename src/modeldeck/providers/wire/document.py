"""One document where a stream was asked for: some servers answer so, and so do proxies with their error pages."""

from collections.abc import Mapping
from typing import Any

from modeldeck.domain.errors import ErrorKind, Failure, ProviderError
from modeldeck.providers.wire.values import as_name, parse_json

DOCUMENT_BYTES = 64_000_000
"""A single document is not read beyond this size."""

EXCERPT = 200
"""Characters of an answer that is not the protocol are quoted in the error."""

_BLANK = b"\xef\xbb\xbf \r\n\t"


class Document:
    """Recognises by its first bytes an answer that is no stream, whatever its content type says, and collects it.

    Args:
        title: the provider's name in messages.
    """

    def __init__(self, title: str) -> None:
        self._title = title
        self._head = b""
        self._body: bytearray | None = None

    @property
    def begun(self) -> bool:
        """Whether the answer is such a document."""
        return self._body is not None

    def take(self, data: bytes) -> bool:
        """Offer the next piece of the answer: whether it belongs to a document, and was kept.

        Raises ProviderError (MALFORMED) for a document without end.
        """
        self._sniff(data)
        if self._body is None:
            return False
        self._body += data
        if len(self._body) > DOCUMENT_BYTES:
            raise self.no_answer()
        return True

    def read(self) -> list[Mapping[str, Any]]:
        """The JSON object that was collected, or those of an array: it wraps some errors, and Gemini's events.

        Raises ProviderError (MALFORMED) when it is no JSON, or holds no object.
        """
        try:
            document = parse_json(bytes(self._body or b"").strip(_BLANK))
        except ValueError:
            raise self.no_answer() from None
        items: list[Any] = document if isinstance(document, list) else [document]
        objects: list[Mapping[str, Any]] = [item for item in items if isinstance(item, dict)]
        if not objects:
            raise self.no_answer()
        return objects

    def no_answer(self) -> ProviderError:
        """The error for an answer that is neither a stream nor a document of the protocol, or that is empty."""
        head = self._head.strip(_BLANK)
        if head:
            return malformed(self._title, head.decode("utf-8", "replace"))
        return broken(self._title, "sent an empty answer")

    def _sniff(self, data: bytes) -> None:
        decided = bool(self._head.strip(_BLANK))
        self._head = (self._head + data)[: 4 * EXCERPT]  # bytes: a character has up to four
        if not decided and self._head.strip(_BLANK)[:1] in {b"{", b"[", b"<"}:
            self._body = bytearray()


def malformed(title: str, text: str) -> ProviderError:
    """The error for a piece of an answer that is not the protocol; `text` is quoted."""
    excerpt = as_name(text, EXCERPT) or "nothing"
    message = f"{title} answered with something that is not the protocol: {excerpt}"
    return ProviderError(Failure(ErrorKind.MALFORMED, message))


def broken(title: str, what: str = "ended the answer before it was complete") -> ProviderError:
    """The error for an answer that is not complete; `what` continues the sentence "TITLE ..."."""
    return ProviderError(Failure(ErrorKind.BROKEN_STREAM, f"{title} {what}"))
