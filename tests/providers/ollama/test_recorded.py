"""Ollama's recorded and documented answers, where they are at hand."""

import json
from pathlib import Path

import httpx
import pytest

from fake_wire import NOW, VENDORS, Read, Wire, collect, make_call, read_answer, read_chunks, stream_failure
from fakes import FakeClock
from modeldeck.domain.call import AliveChunk
from modeldeck.domain.errors import ErrorKind, ProviderError
from modeldeck.domain.hardware import LoadedModel
from modeldeck.domain.model import Kind
from modeldeck.domain.usage import Usage
from modeldeck.ports import Provider
from modeldeck.providers.listing.entries import ListContext
from modeldeck.providers.ollama.listing import read_ollama_model, read_tags
from modeldeck.providers.ollama.stream import OllamaStream
from modeldeck.providers.wire.values import parse_json


@pytest.fixture
def ollama(wire: Wire, clock: FakeClock) -> Provider:
    return wire.provider("ollama", clock)


def read(data: bytes, size: int, into: Read | None = None) -> Read:
    return read_answer(OllamaStream("Ollama", stream_failure), data, size, into)


@pytest.mark.parametrize("size", [1, 7, 1 << 20])
def test_the_recorded_generate_endpoint(recorded: Path, size: int) -> None:
    data = (recorded / "streams" / "ollama-api-generate.ndjson").read_bytes()
    found = read(data, size)
    assert found.text == "".join(json.loads(line)["response"] for line in data.splitlines() if line.strip())
    assert found.text.startswith("A joke about OpenTelemetry!")
    assert found.stop == "stop"
    assert found.usage is not None
    assert found.usage.usage == Usage(17, 71, reported=True)
    assert found.usage.tokens_per_second == pytest.approx(71 / 2.252182)


def test_the_documented_thinking_of_a_prompt_that_was_read_before(recorded: Path) -> None:
    found = read((recorded / "examples" / "ollama-chat-thinking.ndjson").read_bytes(), 7)
    assert (found.text, found.reasoning, found.stop) == ("4", "2+2", "stop")
    assert found.usage is not None
    assert found.usage.usage == Usage(0, 18, reported=True)


def test_the_documented_error_in_the_middle(recorded: Path) -> None:
    found = Read()
    with pytest.raises(ProviderError) as caught:
        read((recorded / "examples" / "ollama-chat-midstream-error.ndjson").read_bytes(), 7, found)
    assert caught.value.failure.kind is ErrorKind.BROKEN_STREAM
    assert caught.value.message.endswith("unexpected EOF")
    assert (found.text, found.reasoning) == (" Yes", "The user")


@pytest.mark.parametrize("size", [1, 7, 1 << 20])
def test_the_documented_error_of_a_download(recorded: Path, size: int) -> None:
    found = Read()
    with pytest.raises(ProviderError) as caught:
        read((recorded / "examples" / "ollama-pull-error.ndjson").read_bytes(), size, found)
    assert caught.value.failure.message == "pull model manifest: file does not exist"
    assert (found.text, found.stop) == ("", None)


@pytest.mark.parametrize("size", [1, 7, 1 << 20])
def test_the_documented_progress_of_a_download_is_a_sign_of_life_and_no_answer(recorded: Path, size: int) -> None:
    data = (recorded / "examples" / "ollama-pull.ndjson").read_bytes()
    found = Read()
    with pytest.raises(ProviderError) as caught:
        read(data, size, found)
    assert caught.value.failure.kind is ErrorKind.BROKEN_STREAM
    assert found.chunks == [AliveChunk()] * len(data.splitlines())


async def test_what_the_documented_server_holds(recorded: Path, wire: Wire, ollama: Provider) -> None:
    wire.answer("/api/ps", httpx.Response(200, content=(recorded / "examples" / "ollama-ps.json").read_bytes()))
    assert await ollama.loaded() == (LoadedModel("ollama/mistral:latest", 5_137_025_024, 5_137_025_024),)


@pytest.mark.parametrize("source", ["examples/ollama-show.json", "catalogs/ollama-show-2025-06.json"])
async def test_what_older_servers_show_of_one_model(recorded: Path, wire: Wire, ollama: Provider, source: str) -> None:
    shown = json.loads((recorded / source).read_bytes())
    shown = shown.get("qwen3-2to16:latest", shown)  # the recording holds the answers by model
    info = shown["model_info"]
    wire.answer("/api/tags", httpx.Response(200, json={"models": [{"name": "old:8b"}]}))
    wire.answer("/api/show", httpx.Response(200, json=shown))
    (model,) = await ollama.list_models()
    assert model.context == info[f"{info['general.architecture']}.context_length"]
    assert model.parameters == info["general.parameter_count"]
    assert model.quantization == shown["details"]["quantization_level"]


async def test_the_recorded_refusal_of_the_cloud(recorded: Path, wire: Wire, clock: FakeClock) -> None:
    environment = {"OLLAMA_HOST": "https://ollama.com", "OLLAMA_API_KEY": "key-0123456789"}
    cloud = wire.provider("ollama", clock, environment=environment)
    body = (recorded / "errors" / "ollama-cloud-401.json").read_bytes()
    wire.answer("/api/chat", httpx.Response(401, content=body))
    with pytest.raises(ProviderError) as caught:
        await collect(cloud.stream(make_call("gpt-oss:120b")))
    assert (caught.value.failure.kind, caught.value.message) == (ErrorKind.AUTH, "Unauthorized")


def test_the_recorded_chat_endpoint_up_to_its_end(recorded: Path) -> None:
    data = (recorded / "streams" / "ollama-api-chat.ndjson").read_bytes()
    stream = OllamaStream("Ollama", stream_failure)
    first = data[: data.index(b'"done":true')]
    found = read_chunks([*stream.feed(first), *stream.feed(data[len(first) : data.index(b"\n", len(first)) + 1])])
    assert found.text.startswith("Why did")
    assert found.usage is not None
    assert found.usage.usage == Usage(17, 50, reported=True)
    assert found.usage.tokens_per_second == pytest.approx(50 / 1.57799)
    assert stream.done


def test_the_documented_list(recorded: Path) -> None:
    entries = read_tags(parse_json((recorded / "examples" / "ollama-tags.json").read_bytes()))
    assert entries is not None
    context = ListContext(vendor=VENDORS["ollama"], local=True, at=NOW)
    models = [read_ollama_model(entry, {}, context, ()) for entry in entries]
    assert [model.kind if model else None for model in models] == [Kind.LOCAL, Kind.LOCAL, None, Kind.PAID]
