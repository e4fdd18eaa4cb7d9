"""What a whole answer comes to, in every protocol, at every provider."""

import asyncio
import json
from base64 import b64encode
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from itertools import pairwise
from typing import Any, cast

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fake_dialect import KEY, Dialect, Sample
from fake_dialects import DIALECTS
from fake_wire import Pieces, Read, Wire, collect, make_call
from fakes import FakeClock
from modeldeck.domain.call import AliveChunk, Chunk, TextChunk
from modeldeck.domain.request import Image, Message, Params
from modeldeck.domain.usage import Usage
from modeldeck.ports import Provider

SAMPLE = Sample()
SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"],
          "additionalProperties": False}  # fmt: skip


async def ask(wire: Wire, dialect: Dialect, provider: Provider, events: Sequence[bytes], **fields: Any) -> Read:
    dialect.serve(wire, lambda _: httpx.Response(200, stream=Pieces(*events)))
    return await collect(provider.stream(make_call(dialect.model, **fields)))


def body_of(wire: Wire, dialect: Dialect) -> Any:
    return json.loads(wire.asked(dialect.chat_path)[-1].content)


def contains(value: Any, wanted: Any) -> bool:
    """Whether a JSON value holds another one, at any depth."""
    if value == wanted:
        return True
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return any(contains(each, wanted) for each in inner)


async def test_text_and_thinking_arrive_apart(wire: Wire, dialect: Dialect, provider: Provider) -> None:
    read = await ask(wire, dialect, provider, dialect.answer(SAMPLE))
    assert read.text == "".join(SAMPLE.text)
    assert read.reasoning == "".join(SAMPLE.thinking)


async def test_usage_means_the_same_everywhere(wire: Wire, dialect: Dialect, provider: Provider) -> None:
    read = await ask(wire, dialect, provider, dialect.answer(SAMPLE))
    assert read.usage is not None
    usage = read.usage.usage
    assert (usage.input_tokens, usage.output_tokens, usage.reported) == (20, 9, True)
    assert usage.cached_tokens == (8 if dialect.tells_cached else 0)
    assert usage.reasoning_tokens == (4 if dialect.tells_reasoning else 0)


async def test_missing_usage_is_no_failure(wire: Wire, dialect: Dialect, provider: Provider) -> None:
    read = await ask(wire, dialect, provider, dialect.answer(Sample(usage=None)))
    assert read.text == "".join(SAMPLE.text)
    assert read.usage is None or read.usage.usage == Usage(reported=True)


@pytest.mark.parametrize("stop", ["stop", "length"])
async def test_why_the_answer_ended(wire: Wire, dialect: Dialect, provider: Provider, stop: str) -> None:
    # Where nothing tells why an answer ended, one that is as long as it may be was cut.
    limit = Params(max_tokens=9) if stop == "length" else None
    read = await ask(wire, dialect, provider, dialect.answer(Sample(stop=stop)), params=limit)
    assert read.stop == stop


async def test_an_answer_without_text_is_complete_and_empty(wire: Wire, dialect: Dialect, provider: Provider) -> None:
    read = await ask(wire, dialect, provider, dialect.answer(Sample(text=(), thinking=())))
    assert (read.text, read.stop) == ("", "stop")


async def test_an_answer_that_only_calls_a_tool_says_so(wire: Wire, dialect: Dialect, provider: Provider) -> None:
    dialect = dialect.for_rich_calls()
    tool = {"type": "function", "function": {"name": "f", "description": "d", "parameters": {"type": "object"}}}
    read = await ask(wire, dialect, provider, dialect.tool_call(), tools=(tool,))
    assert (read.text, read.stop) == ("", "tool_calls")
    assert contains(body_of(wire, dialect), "f")


async def test_signs_of_life_are_told(wire: Wire, dialect: Dialect, provider: Provider) -> None:
    read = await ask(wire, dialect, provider, [dialect.alive(), dialect.alive(), *dialect.answer(SAMPLE)])
    assert read.chunks[:2] == [AliveChunk(), AliveChunk()]
    assert read.text == "".join(SAMPLE.text)


async def test_what_nobody_knows_changes_nothing(wire: Wire, dialect: Dialect, provider: Provider) -> None:
    events = [noise for event in dialect.begin(SAMPLE) for noise in (*dialect.noise(), event)]
    read = await ask(wire, dialect, provider, [*events, *dialect.noise(), *dialect.end(SAMPLE)])
    assert (read.text, read.reasoning, read.stop) == ("".join(SAMPLE.text), "".join(SAMPLE.thinking), "stop")


@pytest.mark.parametrize("name", DIALECTS)
@settings(max_examples=20)
@given(data=st.data())
def test_however_the_bytes_are_cut_the_answer_is_the_same(name: str, data: st.DataObject) -> None:
    dialect = DIALECTS[name]
    body = b"".join([*dialect.noise(), dialect.alive(), *dialect.answer(SAMPLE)])
    cuts = data.draw(st.lists(st.integers(0, len(body)), max_size=12))
    pieces = [body[start:end] for start, end in pairwise([0, *sorted(cuts), len(body)])]

    async def read(pieces: Sequence[bytes]) -> Read:
        wire = Wire()
        return await ask(wire, dialect, wire.provider(dialect.name, FakeClock()), pieces)

    whole, cut = asyncio.run(read([body])), asyncio.run(read(pieces))
    assert cut.text == "".join(SAMPLE.text)
    assert (cut.text, cut.reasoning, cut.usage, cut.stop) == (whole.text, whole.reasoning, whole.usage, whole.stop)


async def test_closing_the_stream_lets_go_of_the_connection(wire: Wire, dialect: Dialect, provider: Provider) -> None:
    body = Pieces(*dialect.begin(Sample(thinking=(), text=("x",) * 1000)))
    dialect.serve(wire, lambda _: httpx.Response(200, stream=body))
    stream = cast("AsyncGenerator[Chunk, None]", provider.stream(make_call(dialect.model)))
    async with aclosing(stream):
        while not isinstance(await anext(stream), TextChunk):
            pass
    assert body.closed
    assert body.given < 10


async def test_an_image_is_sent(wire: Wire, dialect: Dialect, provider: Provider) -> None:
    dialect = dialect.for_rich_calls()
    image = Image(b"\x89PNG picture", "image/png")
    await ask(wire, dialect, provider, dialect.answer(SAMPLE), messages=(Message("user", "look", (image,)),))
    sent = wire.asked(dialect.chat_path)[-1].content.decode()
    assert b64encode(image.data).decode() in sent
    assert "look" in sent


async def test_a_schema_is_sent(wire: Wire, dialect: Dialect, provider: Provider) -> None:
    dialect = dialect.for_rich_calls()
    await ask(wire, dialect, provider, dialect.answer(SAMPLE), params=Params(json_schema=SCHEMA))
    body = body_of(wire, dialect)
    if dialect.vendor.json_schemas:
        assert contains(body, SCHEMA)
    else:
        assert contains(body, {"type": "json_object"})


async def test_system_and_turns_are_sent_in_their_order(wire: Wire, dialect: Dialect, provider: Provider) -> None:
    dialect = dialect.for_rich_calls()
    messages = (Message("system", "s1"), Message("user", "u1"), Message("assistant", "a1"), Message("user", "u2"))
    await ask(wire, dialect, provider, dialect.answer(SAMPLE), messages=messages)
    sent = json.dumps(body_of(wire, dialect))
    assert "s1" in sent
    places = [sent.index(f'"{text}"') for text in ("u1", "a1", "u2")]
    assert places == sorted(places)


async def test_a_limit_of_tokens_is_sent(wire: Wire, dialect: Dialect, provider: Provider) -> None:
    await ask(wire, dialect, provider, dialect.answer(SAMPLE), params=Params(max_tokens=1234))
    assert contains(body_of(wire, dialect), 1234)


async def test_the_key_travels_in_a_header_only(wire: Wire, dialect: Dialect, provider: Provider) -> None:
    await ask(wire, dialect, provider, dialect.answer(SAMPLE))
    request = wire.asked(dialect.chat_path)[-1]
    assert any(KEY in value for value in request.headers.values())
    assert KEY not in str(request.url)
    assert KEY.encode() not in request.content


async def test_limits_in_the_headers_are_known_afterwards(wire: Wire, dialect: Dialect, provider: Provider) -> None:
    body = b"".join(dialect.answer(SAMPLE))
    dialect.serve(wire, lambda _: httpx.Response(200, headers=dict(dialect.limit_headers), content=body))
    await collect(provider.stream(make_call(dialect.model)))
    told = [(quota.limit, quota.remaining) for quota in provider.quotas() if quota.remaining is not None]
    assert told == ([(10, 7)] if dialect.limit_headers else [])
