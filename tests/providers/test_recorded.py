"""Real answers of real services, where the recordings are at hand."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from fake_wire import NOW, VENDORS, Read, read_chat, read_chunks, stream_failure
from modeldeck.domain.errors import ErrorKind, ProviderError
from modeldeck.domain.model import Capability, Kind, Model
from modeldeck.domain.usage import Usage
from modeldeck.providers.failures import classify_answer
from modeldeck.providers.listing import ListContext
from modeldeck.providers.ollama_listing import read_ollama_model, read_tags
from modeldeck.providers.ollama_stream import OllamaStream
from modeldeck.providers.openai_listing import read_models
from modeldeck.providers.openrouter_listing import read_openrouter_models
from modeldeck.providers.secret import Secret
from modeldeck.providers.wire import parse_json

# file: ids, ids ending in ":free", zero prices without ":free" that are no media previews, prices of "-1"
OPENROUTER_LISTS = {
    "2024-09-21T02": (178, 15, 3, 1),
    "2025-11-26T00": (342, 41, 1, 1),
    "2025-11-27T00": (330, 28, 1, 1),
    "2026-02-20T00": (337, 26, 4, 2),
    "2026-07-19T12": (344, 20, 1, 5),
    "2026-07-20T00": (338, 14, 1, 5),
    "2026-08-06T12": (340, 14, 1, 5),
    "2026-08-07T01": (400, 14, 1, 5),
    "2026-08-18T12": (412, 15, 1, 5),
}


def load_list(recorded: Path, stamp: str) -> tuple[list[dict[str, Any]], list[Model]]:
    payload = parse_json((recorded / "catalogs" / f"openrouter-models-{stamp}.json").read_bytes())
    models = read_openrouter_models(payload, provider="openrouter", at=NOW)
    assert models is not None
    return payload["data"], models


@pytest.mark.parametrize("stamp", OPENROUTER_LISTS)
def test_every_recorded_openrouter_list_loads(recorded: Path, stamp: str) -> None:
    ids, free, zero, routed = OPENROUTER_LISTS[stamp]
    entries, models = load_list(recorded, stamp)
    assert len(entries) == ids
    batch = sum(entry["id"].endswith(":batch") for entry in entries)
    assert len(models) == ids - batch
    assert sum(model.native_id.endswith(":free") for model in models if model.free) == free
    assert sum(not model.native_id.endswith(":free") for model in models if model.free) == zero
    assert sum(model.router and model.pricing is None for model in models) == routed
    assert sum(model.kind is Kind.LOCAL for model in models) == 0


@pytest.mark.parametrize("stamp", OPENROUTER_LISTS)
def test_recorded_prices_are_plausible_and_exact(recorded: Path, stamp: str) -> None:
    entries, models = load_list(recorded, stamp)
    listed = {entry["id"]: entry["pricing"] for entry in entries}
    for model in models:
        if model.pricing is None:
            assert model.router or not model.text_output, model.id
            continue
        assert model.pricing.input == Decimal(listed[model.native_id]["prompt"])
        assert model.pricing.output == Decimal(listed[model.native_id]["completion"])
        assert 0 <= model.pricing.input < Decimal("0.001"), model.id
        assert 0 <= model.pricing.output < Decimal("0.001"), model.id
        assert model.pricing.reasoning is None or model.pricing.reasoning > 0


@pytest.mark.parametrize("stamp", OPENROUTER_LISTS)
def test_recorded_models_have_name_context_and_no_controls(recorded: Path, stamp: str) -> None:
    _, models = load_list(recorded, stamp)
    for model in models:
        assert model.name.isprintable()
        assert model.context is None or model.context > 0
        assert {Capability.CHAT, Capability.STREAMING} <= model.capabilities
        assert (Capability.LONG_CONTEXT in model.capabilities) == ((model.context or 0) >= 128_000)


def test_recorded_overrides_and_expirations_are_kept(recorded: Path) -> None:
    _, models = load_list(recorded, "2026-08-18T12")
    by_id = {model.native_id: model for model in models}
    night = by_id["deepseek/deepseek-v4-pro-0813"].pricing
    assert night is not None
    assert [(item.utc_start, item.utc_end) for item in night.overrides] == [
        (600, 60),
        (60, 240),
        (240, 360),
        (360, 600),
    ]
    assert sum(model.expires is not None for model in models) == 1
    assert by_id["~deepseek/deepseek-v4-flash-latest"].router is False


STREAMS = {
    # file: vendor, text, characters of reasoning, usage, cost, finish reason
    "openrouter-chat-text": ("openrouter", "1\n2\n3", 0, Usage(15, 9, reported=True), "0.00006", "stop"),
    "openrouter-chat-reasoning": (
        "openrouter", "2 + 2 = 4", 51, Usage(43, 36, reasoning_tokens=13, reported=True), "0.000669", "stop",
    ),
    "openrouter-chat-usage-empty-choices": (
        "openrouter", "Hello!", 0, Usage(254, 5, reported=True), "0.000837", "stop",
    ),
    "openrouter-chat-tool-call": (
        "openrouter", "My favorite city is Kyoto, Japan! Let me check the weather there for you.", 0,
        Usage(173, 40, reported=True), "0.00016401", "tool_calls",
    ),
    "openai-chat-moderation-extra": ("vllm", "Paris.", 0, Usage(13, 11, reported=True), None, "stop"),
    "mistral-chat-text": ("vllm", "1, 2, 3", 0, Usage(22, 8, reported=True), None, "stop"),
    "groq-chat-tool-call": ("vllm", "", 0, Usage(210, 15, reported=True), None, "tool_calls"),
    "huggingface-router-chat": ("vllm", "Paris", 0, Usage(40, 2, reported=True), None, "stop"),
    "xai-chat-reasoning": (
        "vllm", "Hello", 20, Usage(12, 291, cached_tokens=11, reasoning_tokens=290, reported=True), None, "stop",
    ),
}  # fmt: skip


@pytest.mark.parametrize("size", [1, 7, 1 << 20])
@pytest.mark.parametrize("name", STREAMS)
def test_recorded_chat_streams(recorded: Path, name: str, size: int) -> None:
    vendor, text, reasoning, usage, cost, stop = STREAMS[name]
    read = read_chat((recorded / "streams" / f"{name}.sse").read_bytes(), vendor, size)
    assert read.text == text
    assert len(read.reasoning) == reasoning
    assert read.usage is not None
    assert read.usage.usage == usage
    assert read.usage.cost_usd == (None if cost is None else Decimal(cost))
    assert read.stop == stop


@pytest.mark.parametrize(
    ("name", "output", "reasoning", "begins"),
    [
        ("deepseek-chat-text", None, 0, ""),
        ("deepseek-chat-reasoning", 212, 198, "Hello"),
        ("groq-chat-text", 73, 0, "A joke about"),
        ("openai-chat-text", None, 0, ""),
        ("ollama-v1-chat-reasoning", 53, 0, "1"),
        ("vllm-chat-text", 14, 0, "1"),
    ],
)
def test_longer_recorded_chat_streams(
    recorded: Path, name: str, output: int | None, reasoning: int, begins: str
) -> None:
    data = (recorded / "streams" / f"{name}.sse").read_bytes()
    read = read_chat(data)
    assert read.text.startswith(begins)
    assert read.text
    assert read.stop == "stop"
    assert read.usage is not None
    assert read.usage.usage.reasoning_tokens == reasoning
    assert read.usage.usage.output_tokens == output or output is None
    assert bool(read.reasoning) == ("reasoning" in name)
    assert read_chat(data, size=5).text == read.text


@pytest.mark.parametrize(
    ("path", "kind", "text", "reasoning"),
    [
        (
            "streams/openrouter-chat-midstream-error.sse",
            ErrorKind.BROKEN_STREAM,
            "",
            "We need to respond to a greeting.",
        ),
        ("examples/openrouter-midstream-429.sse", ErrorKind.RATE_MINUTE, "Partial", ""),
    ],
)
def test_recorded_failures_inside_a_stream(
    recorded: Path, path: str, kind: ErrorKind, text: str, reasoning: str
) -> None:
    read = Read()
    with pytest.raises(ProviderError) as caught:
        read_chat((recorded / path).read_bytes(), "openrouter", 9, into=read)
    assert caught.value.failure.kind is kind
    assert read.text == text
    assert read.reasoning.startswith(reasoning)
    assert read.stop is None


def test_what_a_failed_stream_was_charged_is_kept(recorded: Path) -> None:
    read = Read()
    with pytest.raises(ProviderError, match="Token limit reached"):
        read_chat((recorded / "streams/openrouter-chat-midstream-error.sse").read_bytes(), "openrouter", into=read)
    assert read.usage is not None
    assert read.usage.usage == Usage(43, 10, reasoning_tokens=10, reported=True)
    assert read.usage.cost_usd == 0


ERRORS = {
    "anthropic-400-context": ErrorKind.CONTEXT,
    "anthropic-401": ErrorKind.AUTH,
    "anthropic-404-model": ErrorKind.NOT_FOUND,
    "deepseek-400-context": ErrorKind.CONTEXT,
    "deepseek-401": ErrorKind.AUTH,
    "gemini-400-bad-key": ErrorKind.AUTH,
    "gemini-404-model": ErrorKind.NOT_FOUND,
    "gemini-429-quota": ErrorKind.RATE_MINUTE,
    "groq-400": ErrorKind.NOT_FOUND,
    "groq-404-model": ErrorKind.NOT_FOUND,
    "mistral-401": ErrorKind.AUTH,
    "ollama-cloud-400-context": ErrorKind.CONTEXT,
    "ollama-cloud-401": ErrorKind.AUTH,
    "openai-400-context": ErrorKind.CONTEXT,
    "openai-400-max-tokens": ErrorKind.PARAMETER,
    "openai-400-temperature": ErrorKind.PARAMETER,
    "openai-401": ErrorKind.AUTH,
    "openai-404-model": ErrorKind.NOT_FOUND,
    "openrouter-400-context": ErrorKind.CONTEXT,
    "openrouter-401": ErrorKind.AUTH,
    "openrouter-429-upstream": ErrorKind.RATE_MINUTE,
    "xai-400-bad-key": ErrorKind.AUTH,
}


@pytest.mark.parametrize("name", ERRORS)
def test_recorded_errors(recorded: Path, name: str) -> None:
    body = (recorded / "errors" / f"{name}.json").read_bytes()
    meta_path = recorded / "errors" / f"{name}.meta.json"
    meta = json.loads(meta_path.read_text(encoding="utf-8")) if meta_path.exists() else {}
    status = meta.get("status", {}).get("code", 400)
    failure = classify_answer(
        status, meta.get("headers", {}), body, now=NOW, provider=name.partition("-")[0], secret=Secret()
    )
    assert failure.kind is ERRORS[name]
    assert failure.status == status
    assert failure.scope is None
    assert failure.message
    assert len(failure.message) <= 200


def test_recorded_errors_say_what_to_do(recorded: Path) -> None:
    def failure(name: str, status: int) -> Any:
        body = (recorded / "errors" / f"{name}.json").read_bytes()
        return classify_answer(status, {}, body, now=NOW, provider="x", secret=Secret())

    assert failure("openai-400-max-tokens", 400).parameter == "max_tokens"
    assert failure("openai-400-temperature", 400).parameter == "temperature"
    assert failure("gemini-429-quota", 429).retry_after_s == 48
    assert "temporarily rate-limited upstream" in failure("openrouter-429-upstream", 429).message


EXAMPLES = {
    "openrouter-402-max-tokens": (402, ErrorKind.CREDIT, None),
    "openrouter-404-free-ended": (404, ErrorKind.NOT_FOUND, None),
    "openrouter-429-capacity": (429, ErrorKind.RATE_MINUTE, None),
    "openrouter-429-free-per-day": (429, ErrorKind.RATE_DAY, "openrouter:free"),
    "openrouter-429-free-per-min": (429, ErrorKind.RATE_MINUTE, "openrouter:free"),
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_documented_openrouter_errors(recorded: Path, name: str) -> None:
    status, kind, scope = EXAMPLES[name]
    body = (recorded / "examples" / f"{name}.json").read_bytes()
    failure = classify_answer(status, {}, body, now=NOW, provider="openrouter", secret=Secret())
    assert (failure.kind, failure.scope) == (kind, scope)


def test_recorded_ollama_stream(recorded: Path) -> None:
    data = (recorded / "streams" / "ollama-api-chat.ndjson").read_bytes()
    stream = OllamaStream("Ollama", stream_failure)
    first = data[: data.index(b'"done":true')]
    read = read_chunks([*stream.feed(first), *stream.feed(data[len(first) : data.index(b"\n", len(first)) + 1])])
    assert read.text.startswith("Why did")
    assert read.usage is not None
    assert read.usage.usage == Usage(17, 50, reported=True)
    assert read.usage.tokens_per_second == pytest.approx(50 / 1.57799)
    assert stream.done


def test_documented_local_lists(recorded: Path) -> None:
    def load(name: str) -> Any:
        return parse_json((recorded / "examples" / name).read_bytes())

    def read(name: str, vendor: str) -> list[Model]:
        models = read_models(load(name), ListContext(vendor=VENDORS[vendor], local=True, at=NOW))
        assert models is not None
        return models

    (llama,) = read("llamacpp-v1-models.json", "llamacpp")
    assert llama.id == "llamacpp/Meta-Llama-3.1-8B-Instruct-Q4_K_M"
    assert (llama.context, llama.parameters, llama.size_bytes) == (131072, 8030261312, 4912898304)
    assert (llama.quantization, llama.loaded, llama.kind) == ("Q4_K_M", True, Kind.LOCAL)
    (qwen,) = read("vllm-v1-models.json", "vllm")
    assert (qwen.id, qwen.context, qwen.loaded) == ("vllm/Qwen/Qwen3-8B", 40960, True)
    first, second = read("lmstudio-api-v0-models.json", "lmstudio")
    assert (first.context, first.loaded, Capability.TOOLS in first.capabilities) == (8192, True, True)
    assert (second.context, second.loaded, Capability.VISION in second.capabilities) == (32768, False, True)
    entries = read_tags(load("ollama-tags.json"))
    assert entries is not None
    context = ListContext(vendor=VENDORS["ollama"], local=True, at=NOW)
    models = [read_ollama_model(entry, {}, context, ()) for entry in entries]
    assert [model.kind if model else None for model in models] == [Kind.LOCAL, Kind.LOCAL, None, Kind.PAID]
