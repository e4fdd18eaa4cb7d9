"""Every verb against a real server that speaks the OpenAI-chat and the Anthropic protocol, as llama.cpp does.

`make test-servers SERVER=http://127.0.0.1:8080` runs them.
"""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from decimal import Decimal
from pathlib import Path
from typing import cast

import pytest

from fake_wire import collect, make_call
from modeldeck.domain.call import Chunk, StopChunk, TextChunk
from modeldeck.domain.errors import ErrorKind, ProviderError
from modeldeck.domain.model import Model
from modeldeck.domain.pricing import Cost, CostStatus
from modeldeck.domain.request import Message, Params
from modeldeck.main import Deck
from modeldeck.ports import Provider

pytestmark = pytest.mark.servers

LONGEST_CONTEXT = 40_000
"""Tokens: larger windows would take minutes to overfill."""


async def test_the_list(box: Provider, models: list[Model]) -> None:
    listed = await box.list_models()
    assert {model.native_id for model in listed} == {model.native_id for model in models}
    assert all(model.local for model in listed)


async def test_an_answer_with_its_usage(box: Provider, models: list[Model]) -> None:
    messages = (Message("system", "You are brief."), Message("user", "Grüße 👋"))
    read = await collect(box.stream(make_call(models[0].native_id, messages=messages, params=Params(max_tokens=16))))
    assert read.text or read.reasoning
    assert isinstance(read.chunks[-1], StopChunk)
    assert read.usage is not None
    usage = read.usage.usage
    assert usage.reported
    assert usage.input_tokens > 0
    assert 0 < usage.output_tokens <= 16
    assert read.stop in {"stop", "length"}  # LiteLLM calls an answer that was cut at its limit complete


async def test_turns_of_a_conversation(box: Provider, models: list[Model]) -> None:
    messages = (Message("user", "one"), Message("assistant", "two"), Message("user", "three"))
    read = await collect(box.stream(make_call(models[0].native_id, messages=messages, params=Params(max_tokens=4))))
    assert read.stop in {"stop", "length"}


async def test_a_cancelled_answer_leaves_the_server_free(box: Provider, models: list[Model]) -> None:
    call = make_call(models[0].native_id, text="Tell a long story.", params=Params(max_tokens=1000))
    stream = cast("AsyncGenerator[Chunk, None]", box.stream(call))
    async with aclosing(stream):
        async for chunk in stream:
            if isinstance(chunk, TextChunk):
                break
    read = await collect(box.stream(make_call(models[0].native_id, params=Params(max_tokens=2))))
    assert read.stop in {"stop", "length"}


async def test_a_model_that_is_not_there(box: Provider, models: list[Model]) -> None:
    if len(models) == 1:
        pytest.skip("a server with one model answers to any name")
    with pytest.raises(ProviderError) as caught:
        await collect(box.stream(make_call("no-such-model-anywhere")))
    assert caught.value.failure.kind is ErrorKind.NOT_FOUND


async def test_a_prompt_that_is_too_long(box: Provider, models: list[Model]) -> None:
    smallest = min(models, key=lambda model: model.context or LONGEST_CONTEXT + 1)
    if smallest.context is None or smallest.context > LONGEST_CONTEXT:
        pytest.skip("no model of this server has a small window")
    text = "word " * (2 * smallest.context)
    with pytest.raises(ProviderError) as caught:
        await collect(box.stream(make_call(smallest.native_id, text, Params(max_tokens=2))))
    assert caught.value.failure.kind is ErrorKind.CONTEXT


async def test_a_whole_deck_asks_and_keeps_the_books(
    server: str, protocol: str, models: list[Model], tmp_path: Path
) -> None:
    base_url = f"{server}/v1" if protocol == "openai" else server
    table = f"""
        [providers.box]
        kind = "{protocol}"
        base_url = "{base_url}"
        api_key_env = "MODELDECK_TEST_SERVER_KEY"
        local = true
    """
    (tmp_path / "config.toml").write_text(table, encoding="utf-8")
    with Deck.open(config_dir=tmp_path, data_dir=tmp_path) as deck:
        answer = deck.ask("Say hi.", model=f"box/{models[0].native_id}", params=Params(max_tokens=8))
        assert answer.text
        assert answer.usage.reported
        assert answer.cost == Cost(Decimal(0), CostStatus.COMPUTED)
        assert answer.ttft_ms is not None
        (group,) = deck.money.usage("today", by="model").groups
        assert (group.key, group.totals.requests, group.totals.output_tokens) == (
            answer.model, 1, answer.usage.output_tokens,
        )  # fmt: skip
