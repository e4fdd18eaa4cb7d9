"""Every recorded and documented answer of the OpenAI-chat family parses as its page says; no file is forgotten."""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from fake_wire import NOW, VENDORS, Read, read_chat
from modeldeck.domain.errors import ErrorKind, Failure, ProviderError
from modeldeck.domain.model import Capability, Model
from modeldeck.domain.usage import Usage
from modeldeck.providers.listing.entries import ListContext
from modeldeck.providers.openai.listing import read_models
from modeldeck.providers.secret import Secret
from modeldeck.providers.wire.failures import classify_answer
from modeldeck.providers.wire.values import parse_json

OTHER_PROTOCOLS = ("anthropic-", "gemini-", "ollama-", "lmstudio-")
OTHER_ENDPOINTS = {
    "openai-responses-text.sse",
    "openai-responses-error.sse",
    "openrouter-responses-reasoning.sse",
    "xai-responses-text.sse",
}
OTHER_CATALOGS = ("openrouter-models-", "openrouter-endpoints-", "models-dev-")  # of other readers, or read by none
OTHER_EXAMPLES = {"openrouter-key.json", "openrouter-credits.json", "llamacpp-v1-models.json"}


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What one stream must come to; `reasoning` counts characters."""

    vendor: str
    text: str
    reasoning: int = 0
    usage: Usage
    cost: str | None = None
    stop: str = "stop"


def used(given: int, answered: int, **more: int) -> Usage:
    return Usage(given, answered, reported=True, **more)


STREAMS = {
    "openai-chat-text.sse": Answer(vendor="openai", text="The capital of the UK is London.", usage=used(78, 9)),
    "openai-chat-moderation-extra.sse": Answer(vendor="openai", text="Paris.", usage=used(13, 11)),
    "openrouter-chat-text.sse": Answer(vendor="openrouter", text="1\n2\n3", usage=used(15, 9), cost="0.00006"),
    "openrouter-chat-reasoning.sse": Answer(
        vendor="openrouter", text="2 + 2 = 4", reasoning=51, usage=used(43, 36, reasoning_tokens=13), cost="0.000669"
    ),
    "openrouter-chat-usage-empty-choices.sse": Answer(
        vendor="openrouter", text="Hello!", usage=used(254, 5), cost="0.000837"
    ),
    "openrouter-chat-tool-call.sse": Answer(
        vendor="openrouter",
        text="My favorite city is Kyoto, Japan! Let me check the weather there for you.",
        usage=used(173, 40),
        cost="0.00016401",
        stop="tool_calls",
    ),
    "groq-chat-text.sse": Answer(
        vendor="groq",
        text="A joke about OpenTelemetry!\n\nWhy did the OpenTelemetry Span go to therapy?\n\nBecause it was feeling"
        ' "traced" out and needed to "inject" some self-care into its life!\n\n(Sorry, it\'s a bit of a'
        ' " instrumentation"-ally-challenged joke, but I hope it "exposes" a smile on your face!)',
        usage=used(18, 73),
    ),
    "groq-chat-tool-call.sse": Answer(vendor="groq", text="", usage=used(210, 15), stop="tool_calls"),
    "mistral-chat-text.sse": Answer(vendor="mistral", text="1, 2, 3", usage=used(22, 8)),
    "deepseek-chat-text.sse": Answer(vendor="deepseek", text="1, 2, 3.", usage=used(11, 8)),
    "deepseek-chat-reasoning.sse": Answer(
        vendor="deepseek",
        text="Hello there! 😊 How can I help you today?",
        reasoning=882,
        usage=used(6, 212, reasoning_tokens=198),
    ),
    "xai-chat-reasoning.sse": Answer(
        vendor="xai",
        text="Hello",
        reasoning=20,
        usage=used(12, 291, cached_tokens=11, reasoning_tokens=290),
        cost="0.000146625",
    ),
    "huggingface-router-chat.sse": Answer(vendor="huggingface", text="Paris", usage=used(40, 2)),
    "ollama-v1-chat-reasoning.sse": Answer(vendor="vllm", text="1  \n2  \n3", reasoning=119, usage=used(74, 53)),
    "vllm-chat-text.sse": Answer(vendor="vllm", text="1, 2, 3, 4, 5", usage=used(46, 14)),
}

# Failures inside an answer: path, kind, text before it, how the thinking began.
BROKEN = {
    "streams/openrouter-chat-midstream-error.sse": (ErrorKind.BROKEN_STREAM, "", "We need to respond to a greeting."),
    "examples/openrouter-midstream-429.sse": (ErrorKind.RATE_MINUTE, "Partial", ""),
}


@pytest.mark.parametrize("size", [1, 7, 1 << 20])
@pytest.mark.parametrize("name", STREAMS)
def test_streams_come_to_what_was_said_and_counted(recorded: Path, name: str, size: int) -> None:
    expected = STREAMS[name]
    read = read_chat((recorded / "streams" / name).read_bytes(), expected.vendor, size)
    assert read.text == expected.text
    assert len(read.reasoning) == expected.reasoning
    assert read.usage is not None
    assert read.usage.usage == expected.usage
    assert read.usage.cost_usd == (None if expected.cost is None else Decimal(expected.cost))
    assert read.stop == expected.stop


@pytest.mark.parametrize("path", BROKEN)
def test_failures_inside_a_stream_keep_what_came_before(recorded: Path, path: str) -> None:
    kind, text, reasoning = BROKEN[path]
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
    assert read.usage.usage == used(43, 10, reasoning_tokens=10)
    assert read.usage.cost_usd == 0


def test_no_recorded_stream_is_forgotten(recorded: Path) -> None:
    found = {path.name for path in (recorded / "streams").iterdir() if path.suffix in {".sse", ".ndjson", ".json"}}
    ours = {name for name in found if not name.endswith(".meta.json")} - OTHER_ENDPOINTS
    elsewhere = {name for name in ours if name.startswith(OTHER_PROTOCOLS)} - set(STREAMS)
    assert ours - elsewhere == {*STREAMS, *(Path(path).name for path in BROKEN if path.startswith("streams/"))}


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """What an error must be classified as; `status` where no recording of it says so."""

    kind: ErrorKind
    status: int | None = None
    words: str = ""
    parameter: str | None = None
    retry_after_s: float | None = None
    scope: str | None = None
    resets_at: datetime | None = None


ERRORS = {
    "anthropic-400-context": Refusal(kind=ErrorKind.CONTEXT),
    "anthropic-401": Refusal(kind=ErrorKind.AUTH),
    "anthropic-404-model": Refusal(kind=ErrorKind.NOT_FOUND),
    "deepseek-400-context": Refusal(kind=ErrorKind.CONTEXT, words="maximum context length is 1048565"),
    "deepseek-401": Refusal(kind=ErrorKind.AUTH),
    "gemini-400-bad-key": Refusal(kind=ErrorKind.AUTH),
    "gemini-404-model": Refusal(kind=ErrorKind.NOT_FOUND),
    "gemini-429-quota": Refusal(kind=ErrorKind.RATE_MINUTE, retry_after_s=48),
    "groq-400": Refusal(kind=ErrorKind.NOT_FOUND),
    "groq-404-model": Refusal(kind=ErrorKind.NOT_FOUND),
    "mistral-401": Refusal(kind=ErrorKind.AUTH, words="Invalid API Key"),
    "ollama-cloud-400-context": Refusal(kind=ErrorKind.CONTEXT),
    "ollama-cloud-401": Refusal(kind=ErrorKind.AUTH),
    "openai-400-context": Refusal(kind=ErrorKind.CONTEXT),
    "openai-400-max-tokens": Refusal(kind=ErrorKind.PARAMETER, status=400, parameter="max_tokens"),
    "openai-400-temperature": Refusal(kind=ErrorKind.PARAMETER, status=400, parameter="temperature"),
    "openai-401": Refusal(kind=ErrorKind.AUTH),
    "openai-404-model": Refusal(kind=ErrorKind.NOT_FOUND),
    "openrouter-400-context": Refusal(kind=ErrorKind.CONTEXT),
    "openrouter-401": Refusal(kind=ErrorKind.AUTH),
    "openrouter-429-upstream": Refusal(kind=ErrorKind.RATE_MINUTE, words="temporarily rate-limited upstream"),
    "xai-400-bad-key": Refusal(kind=ErrorKind.AUTH, words="Incorrect API key provided."),
}
ERROR_EXAMPLES = {
    "openrouter-402-max-tokens": Refusal(kind=ErrorKind.CREDIT, status=402, words="can only afford 10114"),
    "openrouter-404-free-ended": Refusal(kind=ErrorKind.NOT_FOUND, status=404),
    "openrouter-429-capacity": Refusal(kind=ErrorKind.RATE_MINUTE, status=429, retry_after_s=40),
    "openrouter-429-free-per-day": Refusal(
        kind=ErrorKind.RATE_DAY, status=429, scope="openrouter:free", resets_at=datetime(2026, 4, 29, tzinfo=UTC)
    ),
    "openrouter-429-free-per-min": Refusal(
        kind=ErrorKind.RATE_MINUTE,
        status=429,
        scope="openrouter:free",
        resets_at=datetime(2026, 4, 29, 0, 1, tzinfo=UTC),
    ),
}
ERROR_TIME = datetime(2026, 4, 28, 12, 0, tzinfo=UTC)


def classify(folder: Path, name: str, status: int | None) -> Failure:
    meta_path = folder / f"{name}.meta.json"
    meta = json.loads(meta_path.read_text(encoding="utf-8")) if meta_path.exists() else {}
    code = status or meta["status"]["code"]
    body = (folder / f"{name}.json").read_bytes()
    provider = name.partition("-")[0]
    return classify_answer(code, meta.get("headers", {}), body, now=ERROR_TIME, provider=provider, secret=Secret())


@pytest.mark.parametrize(
    ("folder", "name", "expected"),
    [("errors", *item) for item in ERRORS.items()] + [("examples", *item) for item in ERROR_EXAMPLES.items()],
)
def test_errors_are_classified_by_the_table(recorded: Path, folder: str, name: str, expected: Refusal) -> None:
    failure = classify(recorded / folder, name, expected.status)
    assert failure.kind is expected.kind
    assert expected.words in failure.message
    assert 0 < len(failure.message) <= 200
    assert failure.parameter == expected.parameter
    assert failure.scope == expected.scope
    if expected.resets_at is not None:
        assert failure.resets_at == expected.resets_at
    else:
        assert failure.retry_after_s == expected.retry_after_s


def test_no_recorded_error_is_forgotten(recorded: Path) -> None:
    found = {path.stem for path in (recorded / "errors").glob("*.json") if not path.name.endswith(".meta.json")}
    assert found == set(ERRORS)


@dataclass(frozen=True, kw_only=True)
class Catalog:
    """What a list must come to: how many models, and some facts of some of them by native id."""

    vendor: str
    models: int
    facts: dict[str, dict[str, Any]]
    without: tuple[str, ...] = ()
    local: bool = False


OPENAI_OTHERS = ("gpt-image-1", "sora-2", "gpt-audio", "davinci-002", "o3-deep-research", "tts-1", "whisper-1")
CATALOGS = {
    "catalogs/openai-models-2025-11-03.json": Catalog(
        vendor="openai", models=55, facts={"gpt-5": {"created": date(2025, 8, 5), "pricing": None}},
        without=OPENAI_OTHERS,
    ),
    "catalogs/openai-models-2026-02-10.json": Catalog(
        vendor="openai", models=65, facts={"gpt-5.2": {"context": None}, "o4-mini": {}, "gpt-4o": {}},
        without=OPENAI_OTHERS,
    ),
    "catalogs/mistral-models-2025-11-03.json": Catalog(
        vendor="mistral", models=29,
        facts={
            "devstral-small-2505": {"expires": date(2025, 11, 30), "context": 131072, "created": None},
            "open-mistral-7b": {"aliases": ("mistral-tiny", "mistral-tiny-2312")},
            "voxtral-mini-2507": {"aliases": ("voxtral-mini-latest",)},
        },
        without=("mistral-embed", "mistral-ocr-2505", "mistral-tiny", "voxtral-mini-transcribe-2507"),
    ),
    "catalogs/mistral-models-2026-02-10.json": Catalog(
        vendor="mistral", models=21,
        facts={
            "mistral-large-2512": {"aliases": ("mistral-large-latest",), "context": 262144},
            "devstral-2512": {"aliases": ("devstral-latest", "devstral-medium-latest", "mistral-vibe-cli-latest")},
            "mistral-small-2501": {"expires": date(2026, 2, 28)},
        },
        without=("mistral-large-latest", "voxtral-mini-2602", "mistral-moderation-2411"),
    ),
    "catalogs/xai-models-2026-02-10.json": Catalog(
        vendor="xai", models=9, facts={"grok-3-mini": {"pricing": None, "created": date(2025, 4, 4)}},
        without=("grok-2-image-1212", "grok-imagine-video"),
    ),
    "catalogs/deepseek-models-2026-02-10.json": Catalog(
        vendor="deepseek", models=2, facts={"deepseek-chat": {"created": None, "free": False}}
    ),
    "catalogs/cerebras-models-2026-08.json": Catalog(
        vendor="cerebras", models=3, facts={"gpt-oss-120b": {"created": None, "pricing": None}}
    ),
    "catalogs/ollama-v1-models-2026-02-10.json": Catalog(
        vendor="vllm", models=3, facts={"qwen3:latest": {"pricing": None, "free": False}}
    ),
    "examples/groq-models.json": Catalog(
        vendor="groq", models=1,
        facts={
            "openai/gpt-oss-120b": {
                "name": "GPT OSS 120B", "context": 131072, "max_output": 65536, "created": date(2025, 8, 5),
            },
        },
    ),
    "examples/together-models.json": Catalog(
        vendor="together", models=2,
        facts={
            "meta-llama/Llama-3.3-70B-Instruct-Turbo": {"context": 131072, "free": False},
            "example/free-model": {"free": True, "declared_free": False, "created": None},
        },
        without=("example/rerank",),
    ),
    "examples/huggingface-router-models.json": Catalog(
        vendor="huggingface", models=1, facts={"deepseek-ai/DeepSeek-V3.2": {"context": 163840, "free": False}}
    ),
    "examples/xai-language-models.json": Catalog(
        vendor="xai", models=1, facts={"grok-4.3": {"aliases": ("grok-4.3-latest",)}}
    ),
    "examples/vllm-v1-models.json": Catalog(
        vendor="vllm", models=1, facts={"Qwen/Qwen3-8B": {"context": 40960, "loaded": True, "local": True}}, local=True
    ),
}  # fmt: skip

# USD per million tokens, as the services' price pages write them.
PRICES = {
    "examples/together-models.json": ("meta-llama/Llama-3.3-70B-Instruct-Turbo", "0.88", "0.88"),
    "examples/huggingface-router-models.json": ("deepseek-ai/DeepSeek-V3.2", "0.27", "0.4"),
    "examples/xai-language-models.json": ("grok-4.3", "1.25", "2.5"),
}


def load(recorded: Path, path: str) -> dict[str, Model]:
    expected = CATALOGS[path]
    context = ListContext(vendor=VENDORS[expected.vendor], local=expected.local, at=NOW)
    models = read_models(parse_json((recorded / path).read_bytes()), context)
    assert models is not None
    return {model.native_id: model for model in models}


@pytest.mark.parametrize("path", CATALOGS)
def test_lists_come_to_the_models_that_answer_chats(recorded: Path, path: str) -> None:
    expected, models = CATALOGS[path], load(recorded, path)
    assert len(models) == expected.models
    assert models.keys().isdisjoint(expected.without)
    for native_id, facts in expected.facts.items():
        model = models[native_id]
        assert model.id == f"{expected.vendor}/{native_id}"
        assert {name: getattr(model, name) for name in facts} == facts


@pytest.mark.parametrize("path", PRICES)
def test_listed_prices_are_exact(recorded: Path, path: str) -> None:
    native_id, given, answered = PRICES[path]
    pricing = load(recorded, path)[native_id].pricing
    assert pricing is not None
    assert (pricing.input * 10**6, pricing.output * 10**6) == (Decimal(given), Decimal(answered))


def test_capabilities_in_the_words_of_each_service(recorded: Path) -> None:
    groq = load(recorded, "examples/groq-models.json")["openai/gpt-oss-120b"]
    assert {Capability.TOOLS, Capability.JSON, Capability.REASONING} <= groq.capabilities
    mistral = load(recorded, "catalogs/mistral-models-2026-02-10.json")["mistral-small-2506"]
    assert {Capability.TOOLS, Capability.VISION, Capability.JSON} <= mistral.capabilities
    hosted = load(recorded, "examples/huggingface-router-models.json")["deepseek-ai/DeepSeek-V3.2"]
    assert Capability.TOOLS in hosted.capabilities
    assert Capability.JSON not in hosted.capabilities
    assert Capability.VISION in load(recorded, "examples/xai-language-models.json")["grok-4.3"].capabilities


def test_no_recorded_list_or_example_is_forgotten(recorded: Path) -> None:
    catalogs = {
        f"catalogs/{path.name}"
        for path in (recorded / "catalogs").glob("*.json")
        if not path.name.startswith((*OTHER_CATALOGS, *OTHER_PROTOCOLS))
    }
    examples = {
        f"examples/{path.name}"
        for path in (recorded / "examples").iterdir()
        if path.suffix in {".json", ".sse"} and path.name not in OTHER_EXAMPLES
        if not path.name.startswith(OTHER_PROTOCOLS)
    }
    errors = {f"examples/{name}.json" for name in ERROR_EXAMPLES}
    broken = {path for path in BROKEN if path.startswith("examples/")}
    assert catalogs | examples == (set(CATALOGS) | errors | broken) - {"catalogs/ollama-v1-models-2026-02-10.json"}
