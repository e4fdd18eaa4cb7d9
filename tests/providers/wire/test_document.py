from decimal import Decimal

import pytest

from modeldeck.domain.errors import ErrorKind, ProviderError
from modeldeck.providers.wire import document
from modeldeck.providers.wire.document import Document


def read(*pieces: bytes) -> Document:
    found = Document("Box")
    for piece in pieces:
        found.take(piece)
    return found


def test_a_stream_is_left_alone() -> None:
    found = Document("Box")
    assert [found.take(piece) for piece in (b"\r\n", b"data: ", b'{"a": 1}')] == [False, False, False]
    assert not found.begun


@pytest.mark.parametrize("cut", range(1, 12))
def test_a_document_is_collected_however_it_is_cut(cut: int) -> None:
    body = b'\xef\xbb\xbf\n {"a": 1.5}'
    found = read(body[:cut], body[cut:])
    assert found.begun
    assert found.read() == [{"a": Decimal("1.5")}]


def test_an_array_holds_an_error_or_many_events() -> None:
    assert read(b'[{"error": "busy"}]').read() == [{"error": "busy"}]
    assert read(b'[{"a": 1}, 2, {"b": 3}]').read() == [{"a": 1}, {"b": 3}]


@pytest.mark.parametrize("body", [b"[]", b"[1]", b'["text"]'])
def test_an_array_without_objects_is_no_answer(body: bytes) -> None:
    with pytest.raises(ProviderError, match="not the protocol"):
        read(body).read()


def test_a_page_is_quoted() -> None:
    found = read(b"  <html><body>Bad gate", b"way</body></html>")
    assert found.begun
    with pytest.raises(ProviderError, match=r"Box answered .*: <html><body>Bad gateway") as caught:
        found.read()
    assert caught.value.failure.kind is ErrorKind.MALFORMED


@pytest.mark.parametrize("pieces", [(), (b"\r\n \t",)])
def test_nothing_at_all_is_a_broken_answer(pieces: tuple[bytes, ...]) -> None:
    failure = read(*pieces).no_answer().failure
    assert (failure.kind, failure.message) == (ErrorKind.BROKEN_STREAM, "Box sent an empty answer")


def test_a_document_without_end_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document, "DOCUMENT_BYTES", 10)
    found = read(b'{"a": "')
    with pytest.raises(ProviderError, match="not the protocol"):
        found.take(b"bbbbbbbbbb")
