"""What can go wrong after a request was accepted, in every protocol, at every provider."""

import asyncio
from typing import Any
from unicodedata import category

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fake_dialect import KEY, Dialect, Sample
from fake_dialects import DIALECTS
from fake_wire import Pieces, Read, Wire, failure_of, make_call
from fakes import FakeClock
from modeldeck.domain.errors import ErrorKind, Failure
from modeldeck.ports import Provider

SAMPLE = Sample(thinking=())
TEXT = "".join(SAMPLE.text)


async def fail(wire: Wire, dialect: Dialect, provider: Provider, *pieces: bytes | Exception) -> tuple[Failure, Read]:
    dialect.serve(wire, lambda _: httpx.Response(200, stream=Pieces(*pieces)))
    read = Read()
    failure = await failure_of(provider, make_call(dialect.model), read)
    assert KEY not in repr(failure)
    return failure, read


async def test_an_answer_that_ends_too_early(wire: Wire, dialect: Dialect, provider: Provider) -> None:
    failure, read = await fail(wire, dialect, provider, *dialect.begin(SAMPLE))
    assert failure.kind is ErrorKind.BROKEN_STREAM
    assert (read.text, read.stop) == (TEXT, None)


@pytest.mark.parametrize("error", [httpx.ReadError(f"reset {KEY}"), httpx.RemoteProtocolError("incomplete")])
async def test_a_connection_that_breaks(
    wire: Wire, dialect: Dialect, provider: Provider, error: httpx.TransportError
) -> None:
    failure, read = await fail(wire, dialect, provider, *dialect.begin(SAMPLE), error)
    assert failure.kind is ErrorKind.BROKEN_STREAM
    assert (read.text, read.stop) == (TEXT, None)


@pytest.mark.parametrize("name", DIALECTS)
@settings(max_examples=20)
@given(data=st.data())
def test_no_cut_passes_for_a_complete_answer(name: str, data: st.DataObject) -> None:
    dialect = DIALECTS[name]
    first, *rest = dialect.begin(SAMPLE)
    length = data.draw(st.integers(0, sum(map(len, rest))))
    piece = b"".join([first, *rest])[: len(first) + length]

    async def read() -> tuple[Failure, Read]:
        wire = Wire()
        return await fail(wire, dialect, wire.provider(dialect.name, FakeClock()), piece)

    failure, found = asyncio.run(read())
    assert failure.kind is ErrorKind.BROKEN_STREAM
    assert TEXT.startswith(found.text)


async def test_garbage_between_the_events(wire: Wire, dialect: Dialect, provider: Provider) -> None:
    pieces = (*dialect.begin(SAMPLE), dialect.broken_event(), *dialect.end(SAMPLE))
    failure, read = await fail(wire, dialect, provider, *pieces)
    assert failure.kind is ErrorKind.MALFORMED
    assert read.text == TEXT


async def test_an_error_in_the_middle(wire: Wire, dialect: Dialect, provider: Provider) -> None:
    event, kind = dialect.error_event()
    failure, read = await fail(wire, dialect, provider, *dialect.begin(SAMPLE), event)
    assert failure.kind is kind
    assert read.text == TEXT


async def test_an_error_in_place_of_the_answer(wire: Wire, dialect: Dialect, provider: Provider) -> None:
    event, kind = dialect.error_event()
    failure, read = await fail(wire, dialect, provider, event)
    assert (failure.kind, read.text) == (kind, "")


@pytest.mark.parametrize("page", [b"<html><body>Sign in</body></html>", b"\n\n  <!doctype html>Sign in"])
async def test_a_page_in_place_of_the_answer(wire: Wire, dialect: Dialect, provider: Provider, page: bytes) -> None:
    failure, _ = await fail(wire, dialect, provider, page)
    assert failure.kind is ErrorKind.MALFORMED
    assert "Sign in" in failure.message


@pytest.mark.parametrize("body", [b"", b"\n", b"\r\n\r\n"])
async def test_nothing_at_all(wire: Wire, dialect: Dialect, provider: Provider, body: bytes) -> None:
    failure, _ = await fail(wire, dialect, provider, body)
    assert failure.kind is ErrorKind.BROKEN_STREAM
    assert "sent an empty answer" in failure.message


@pytest.mark.parametrize("body", [b"{}", b"[]", b"null", b'{"status": "ok"}', b"gibberish"])
async def test_something_else(wire: Wire, dialect: Dialect, provider: Provider, body: bytes) -> None:
    failure, read = await fail(wire, dialect, provider, body)
    assert failure.kind in {ErrorKind.MALFORMED, ErrorKind.BROKEN_STREAM}
    assert read.text == ""


@pytest.mark.parametrize("name", DIALECTS)
@settings(max_examples=20)
@given(body=st.binary(max_size=80))
def test_no_bytes_are_beyond_a_failure(name: str, body: bytes) -> None:
    dialect = DIALECTS[name]

    async def read() -> Any:
        wire = Wire()
        return await fail(wire, dialect, wire.provider(dialect.name, FakeClock()), body)

    failure, _ = asyncio.run(read())
    assert failure.message
    assert not any(category(character) == "Cc" for character in failure.message)
