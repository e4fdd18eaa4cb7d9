"""Real answers of Anthropic and of a server that speaks its protocol, where the recordings are at hand."""

import json
from pathlib import Path
from typing import Any

import pytest

from fake_wire import NOW, VENDORS, Read, read_answer, stream_failure
from modeldeck.domain.errors import ErrorKind, ProviderError
from modeldeck.domain.model import Capability, Model
from modeldeck.domain.usage import Usage
from modeldeck.providers.anthropic.listing import read_anthropic_models, wants_budget
from modeldeck.providers.anthropic.stream import MessageStream
from modeldeck.providers.listing.entries import ListContext
from modeldeck.providers.secret import Secret
from modeldeck.providers.wire.failures import classify_answer
from modeldeck.providers.wire.rate_headers import read_quotas
from modeldeck.providers.wire.values import parse_json

# file: text, how the thinking begins, usage, finish reason
STREAMS = {
    "anthropic-text": ("Hello", "", Usage(10, 4, reported=True), "stop"),
    "anthropic-tool-use": ("", "", Usage(543, 40, reported=True), "tool_calls"),
    "anthropic-compatible-input-tokens-late": ("pong", "", Usage(61, 2, reported=True), "stop"),
    "anthropic-cache-usage": ("Hello! 👋", "", Usage(55_377, 91, cached_tokens=55_096, reported=True), "stop"),
}


def read(data: bytes, size: int = 1 << 20, into: Read | None = None) -> Read:
    return read_answer(MessageStream("Anthropic", stream_failure), data, size, into)


@pytest.mark.parametrize("size", [1, 7, 1 << 20])
@pytest.mark.parametrize("name", STREAMS)
def test_recorded_streams(recorded: Path, name: str, size: int) -> None:
    text, thinking, usage, stop = STREAMS[name]
    got = read((recorded / "streams" / f"{name}.sse").read_bytes(), size)
    assert (got.text, got.reasoning, got.stop) == (text, thinking, stop)
    assert got.usage is not None
    assert got.usage.usage == usage


def test_recorded_thinking(recorded: Path) -> None:
    data = (recorded / "streams" / "anthropic-thinking.sse").read_bytes()
    got = read(data)
    assert got.reasoning.startswith("This is a straightforward question about pedestrian safety")
    assert got.text.rstrip().endswith("when crossing streets.")
    assert got.usage is not None
    assert (got.usage.usage, got.stop) == (Usage(43, 282, reported=True), "stop")
    assert read(data, 3).text == got.text


def test_recorded_streams_are_all_read(recorded: Path) -> None:
    assert {path.stem for path in (recorded / "streams").glob("anthropic-*.sse")} == {*STREAMS, "anthropic-thinking"}


def test_documented_error_inside_a_stream(recorded: Path) -> None:
    got = Read()
    with pytest.raises(ProviderError, match="Overloaded") as caught:
        read((recorded / "examples" / "anthropic-midstream-overloaded.sse").read_bytes(), 9, into=got)
    assert caught.value.failure.kind is ErrorKind.OVERLOADED
    assert got.text == "Hel"


ERRORS = {
    "anthropic-400-context": (ErrorKind.CONTEXT, False),
    "anthropic-401": (ErrorKind.AUTH, False),
    "anthropic-404-model": (ErrorKind.NOT_FOUND, True),
}


@pytest.mark.parametrize("name", ERRORS)
def test_recorded_errors(recorded: Path, name: str) -> None:
    body = (recorded / "errors" / f"{name}.json").read_bytes()
    meta = json.loads((recorded / "errors" / f"{name}.meta.json").read_text(encoding="utf-8"))
    failure = classify_answer(
        meta["status"]["code"], meta["headers"], body, now=NOW, provider="anthropic", secret=Secret()
    )
    assert (failure.kind, failure.retryable) == ERRORS[name]


def load(recorded: Path, path: str) -> tuple[list[dict[str, Any]], list[Model]]:
    entries = parse_json((recorded / path).read_bytes())["data"]
    return entries, read_anthropic_models(entries, ListContext(vendor=VENDORS["anthropic"], local=False, at=NOW))


@pytest.mark.parametrize(("day", "count"), [("2025-11-03", 9), ("2026-02-10", 10)])
def test_recorded_lists_say_little_and_nothing_is_added(recorded: Path, day: str, count: int) -> None:
    entries, models = load(recorded, f"catalogs/anthropic-models-{day}.json")
    assert [model.native_id for model in models] == [entry["id"] for entry in entries]
    assert len(models) == count
    for model, entry in zip(models, entries, strict=True):
        assert model.name == entry["display_name"]
        assert str(model.created) == entry["created_at"][:10]
        assert (model.context, model.max_output, model.pricing) == (None, None, None)
        chat = {Capability.CHAT, Capability.STREAMING, Capability.VISION, Capability.TOOLS}
        assert model.capabilities == chat


def test_a_documented_list_with_limits(recorded: Path) -> None:
    entries, (opus, haiku) = load(recorded, "examples/anthropic-models-with-limits.json")
    assert (opus.context, opus.max_output) == (1_000_000, 128_000)
    assert {Capability.JSON, Capability.REASONING, Capability.LONG_CONTEXT} <= opus.capabilities
    assert (haiku.context, haiku.max_output) == (None, None)
    assert not any(map(wants_budget, entries))


@pytest.mark.parametrize(("name", "requests_left"), [("anthropic-text", 19_999), ("anthropic-tool-use", 19_999)])
def test_recorded_rate_headers(recorded: Path, name: str, requests_left: int) -> None:
    meta = json.loads((recorded / "streams" / f"{name}.meta.json").read_text(encoding="utf-8"))
    requests, tokens = sorted(
        read_quotas(meta["headers"], scope="anthropic/x", requests_window="minute", now=NOW), key=lambda one: one.kind
    )
    assert (requests.kind, requests.limit, requests.remaining) == ("requests_minute", 20_000, requests_left)
    assert (tokens.kind, tokens.limit, tokens.remaining) == ("tokens_minute", 4_800_000, 4_800_000)
