"""The estimate of output tokens against what real services settled, where the recordings are at hand."""

import os
from pathlib import Path

import pytest

from modeldeck.domain.call import ReasoningChunk, TextChunk, UsageChunk
from modeldeck.domain.errors import ErrorKind, Failure
from modeldeck.engine.running.live import Meter
from modeldeck.providers.adapter import AnswerReader
from modeldeck.providers.anthropic.stream import MessageStream
from modeldeck.providers.ollama.stream import OllamaStream
from modeldeck.providers.openai.chat_stream import ChatStream
from modeldeck.providers.vendor import Vendor

TEXT_ANSWERS = (
    "anthropic-text.sse",
    "anthropic-thinking.sse",
    "deepseek-chat-reasoning.sse",
    "deepseek-chat-text.sse",
    "groq-chat-text.sse",
    "huggingface-router-chat.sse",
    "ollama-api-chat.ndjson",
    "ollama-v1-chat-reasoning.sse",
    "openai-chat-text.sse",
    "vllm-chat-text.sse",
)
"""Answers of more than a word whose services count no tokens that they never sent."""


@pytest.fixture(scope="module")
def streams() -> Path:
    folder = os.environ.get("MODELDECK_RECORDED_DATA")
    if not folder or not Path(folder, "streams").is_dir():
        pytest.skip("MODELDECK_RECORDED_DATA names no folder with recordings")
    return Path(folder, "streams")


def failed(error: object) -> Failure:
    return Failure(ErrorKind.MALFORMED, str(error))


@pytest.mark.parametrize("name", TEXT_ANSWERS)
def test_the_count_before_the_last_usage_is_within_a_quarter_of_the_settled_one(streams: Path, name: str) -> None:
    vendor = Vendor(name="any", title="Any", base_url="http://any.test", kind="openai")
    reader: AnswerReader = ChatStream(vendor, failed)
    if name.startswith("anthropic"):
        reader = MessageStream("Anthropic", failed)
    elif name.endswith("ndjson"):
        reader = OllamaStream("Ollama", failed)
    meter = Meter(0, sent_at=0.0)
    before = 0
    for chunk in [*reader.feed((streams / name).read_bytes()), *reader.close()]:
        match chunk:
            case TextChunk(text) if text:
                meter.on_answer(text, 1.0)
            case ReasoningChunk(text) if text:
                meter.on_thinking(text, 1.0)
            case UsageChunk():
                # Some repeat the last count, and an early one holds nothing yet.
                before = meter.usage.output_tokens if not meter.usage.reported else before
                meter.on_usage(chunk)
    assert meter.usage.reported
    assert before == pytest.approx(meter.usage.output_tokens, rel=0.25)
