"""Every recorded and documented stream of the OpenAI-chat family comes to what its page says; none is forgotten."""

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest

from fake_wire import Read, read_chat
from modeldeck.domain.errors import ErrorKind, ProviderError
from modeldeck.domain.usage import Usage

OTHER_PROTOCOLS = ("anthropic-", "gemini-", "ollama-", "lmstudio-")
OTHER_ENDPOINTS = {
    "openai-responses-text.sse",
    "openai-responses-error.sse",
    "openrouter-responses-reasoning.sse",
    "xai-responses-text.sse",
}


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


def test_no_documented_stream_is_forgotten(recorded: Path) -> None:
    found = {f"examples/{path.name}" for path in (recorded / "examples").glob("*.sse")}
    elsewhere = {f"examples/{prefix}" for prefix in OTHER_PROTOCOLS}
    assert {name for name in found if not name.startswith(tuple(elsewhere))} == set(BROKEN) & found
