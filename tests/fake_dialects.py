"""How each protocol says the same things on the wire: a list, an answer in events, a refusal.

The behaviours that every adapter must show are written once (`tests/providers/conformance`); a protocol contributes
its samples only. The shapes follow the services' documentation.
"""

import json
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from fake_refusals import ANTHROPIC, BY_VENDOR, GEMINI, OLLAMA, OPENAI, OPENROUTER, Refusal
from fake_wire import VENDORS
from modeldeck.domain.errors import ErrorKind
from modeldeck.domain.usage import Usage
from modeldeck.providers.vendor import Vendor

KEY = "unmistakable-key-0123456789"
IDS = ("model-a", "org/model-b:1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """An answer as a person would see it; `stop` is `stop` or `length`."""

    thinking: tuple[str, ...] = ("Hm, ", "naïve?")
    text: tuple[str, ...] = ("Grüße", " an 👋\u2028", "alle\n")
    usage: Usage | None = Usage(20, 9, cached_tokens=8, reasoning_tokens=4, reported=True)
    stop: str = "stop"


class Dialect(ABC):
    """One provider, and what its server says. `head`, `body` and `tail` of an answer are lists of whole events."""

    chat_path: ClassVar[str]
    list_path: ClassVar[str]
    refusals: Sequence[Refusal]
    limit_headers: Mapping[str, str] = {}
    """Rate-limit headers that say "7 of 10 left", where the protocol has some."""
    tells_cached = True
    tells_reasoning = True
    """Whether usage counts cached and reasoning tokens apart from the others."""

    def __init__(self, vendor: Vendor) -> None:
        self.vendor = vendor
        self.name = vendor.name

    def answer(self, sample: Sample) -> list[bytes]:
        """All events of a complete answer."""
        return [*self.begin(sample), *self.end(sample)]

    @abstractmethod
    def listing(self, ids: Sequence[str]) -> Any:
        """The JSON of a list, with a field that nobody knows and an entry that makes no sense."""

    @abstractmethod
    def begin(self, sample: Sample) -> list[bytes]:
        """The events up to the last text; an answer cut here is not complete."""

    @abstractmethod
    def end(self, sample: Sample) -> list[bytes]:
        """The events that complete the answer."""

    @abstractmethod
    def noise(self) -> list[bytes]:
        """Events and fields that are legal, unknown and without meaning to us."""

    @abstractmethod
    def alive(self) -> bytes:
        """A sign of life while nothing is ready."""

    @abstractmethod
    def broken_event(self) -> bytes:
        """An event that is no JSON."""

    @abstractmethod
    def error_event(self) -> tuple[bytes, ErrorKind]:
        """An error in the middle of an answer, and what it is."""


class OpenAi(Dialect):
    """The OpenAI-chat protocol, of any vendor."""

    chat_path = "/chat/completions"
    list_path = "/models"

    def __init__(self, vendor: Vendor) -> None:
        super().__init__(vendor)
        self.refusals = (*OPENAI, *BY_VENDOR.get(vendor.name, ()))
        if vendor.requests_window != "second" and vendor.needs_key:
            self.limit_headers = {"x-ratelimit-limit-tokens": "10", "x-ratelimit-remaining-tokens": "7"}

    def listing(self, ids: Sequence[str]) -> Any:
        # Hugging Face's router lists the services behind it; to the others that is one more unknown field.
        hosts = [{"provider": "box", "status": "live"}]
        return {"object": "list", "data": [*({"id": each, "providers": hosts} for each in ids), {}, None]}

    def begin(self, sample: Sample) -> list[bytes]:
        thoughts = [_chunk({"role": "assistant", "content": None, "reasoning_content": text})
                    for text in sample.thinking]  # fmt: skip
        return [*thoughts, *(_chunk({"content": text}) for text in sample.text)]

    def end(self, sample: Sample) -> list[bytes]:
        finish = {"choices": [{"index": 0, "delta": {}, "finish_reason": sample.stop}], "usage": None}
        events = [_sse(finish)]
        usage = sample.usage
        if usage:
            counts = {
                "prompt_tokens": usage.input_tokens,
                "completion_tokens": float(usage.output_tokens),
                "total_tokens": usage.input_tokens + usage.output_tokens,
                "prompt_tokens_details": {"cached_tokens": usage.cached_tokens},
                "completion_tokens_details": {"reasoning_tokens": usage.reasoning_tokens},
            }
            events.append(_sse({"choices": [], "usage": counts}))
        return [*events, b"data: [DONE]\n\n"]

    def noise(self) -> list[bytes]:
        return [_sse({"choices": [], "obfuscation": "xyz"}), b"event: surprise\nid: 7\nretry: 5\n" + _chunk({"p": "a"})]

    def alive(self) -> bytes:
        return b": keep-alive\n\n"

    def broken_event(self) -> bytes:
        return b'data: {"choices": [}\n\n'

    def error_event(self) -> tuple[bytes, ErrorKind]:
        return _sse({"error": {"message": f"busy {KEY}", "code": 503}}), ErrorKind.OVERLOADED


class OpenRouter(OpenAi):
    def __init__(self, vendor: Vendor) -> None:
        super().__init__(vendor)
        self.refusals = OPENROUTER
        self.limit_headers = {}

    def listing(self, ids: Sequence[str]) -> Any:
        pricing = {"prompt": "0.000001", "completion": "0.000002"}
        entries = [{"id": each, "name": each, "context_length": 8192, "pricing": pricing} for each in ids]
        return {"data": [*entries, {}, None], "surprise": 1}


class Anthropic(Dialect):
    tells_reasoning = False  # thoughts are among the output tokens
    chat_path = "/messages"
    list_path = "/models"
    refusals = ANTHROPIC
    limit_headers: Mapping[str, str] = {
        "anthropic-ratelimit-requests-limit": "10",
        "anthropic-ratelimit-requests-remaining": "7",
    }

    def listing(self, ids: Sequence[str]) -> Any:
        entries = [{"type": "model", "id": each, "display_name": each, "surprise": 1} for each in ids]
        return {"data": [*entries, {}, None], "has_more": False, "last_id": ids[-1] if ids else None}

    def begin(self, sample: Sample) -> list[bytes]:
        usage = sample.usage
        fresh = {
            "input_tokens": usage.input_tokens - usage.cached_tokens,
            "cache_read_input_tokens": usage.cached_tokens,
            "output_tokens": 1,
        } if usage else None  # fmt: skip
        deltas: list[dict[str, Any]] = [
            *({"type": "thinking_delta", "thinking": text} for text in sample.thinking),
            *({"type": "text_delta", "text": text} for text in sample.text),
        ]
        start = {"type": "message_start", "message": {"id": "m", "role": "assistant", "content": [], "usage": fresh}}
        return [
            _named(start),
            *(_named({"type": "content_block_delta", "index": 0, "delta": delta}) for delta in deltas),
        ]

    def end(self, sample: Sample) -> list[bytes]:
        reason = {"stop": "end_turn", "length": "max_tokens"}[sample.stop]
        usage = sample.usage
        delta: dict[str, Any] = {"type": "message_delta", "delta": {"stop_reason": reason}}
        if usage:
            delta["usage"] = {"output_tokens": usage.output_tokens}
        return [_named(delta), _named({"type": "message_stop"})]

    def noise(self) -> list[bytes]:
        signature = {"type": "content_block_delta", "index": 0, "delta": {"type": "signature_delta", "signature": "x"}}
        return [_named({"type": "surprise", "text": "no answer"}), _named(signature)]

    def alive(self) -> bytes:
        return _named({"type": "ping"})

    def broken_event(self) -> bytes:
        return b'event: content_block_delta\ndata: {"type": }\n\n'

    def error_event(self) -> tuple[bytes, ErrorKind]:
        error = {"type": "overloaded_error", "message": f"Overloaded {KEY}"}
        return _named({"type": "error", "error": error}), ErrorKind.OVERLOADED


class Gemini(Dialect):
    chat_path = ":streamGenerateContent"
    list_path = "/models"
    refusals = GEMINI

    def listing(self, ids: Sequence[str]) -> Any:
        methods = ["generateContent", "surprise"]
        entries = [{"name": f"models/{each}", "supportedGenerationMethods": methods} for each in ids]
        return {"models": [*entries, {}, None]}

    def begin(self, sample: Sample) -> list[bytes]:
        parts: list[dict[str, Any]] = [
            *({"text": text, "thought": True} for text in sample.thinking),
            *({"text": text} for text in sample.text),
        ]
        return [_sse({"candidates": [{"content": {"parts": [part]}}]}, end="\r\n") for part in parts]

    def end(self, sample: Sample) -> list[bytes]:
        reason = {"stop": "STOP", "length": "MAX_TOKENS"}[sample.stop]
        event: dict[str, Any] = {"candidates": [{"finishReason": reason}]}
        usage = sample.usage
        if usage:
            event["usageMetadata"] = {
                "promptTokenCount": usage.input_tokens,
                "cachedContentTokenCount": usage.cached_tokens,
                "candidatesTokenCount": usage.output_tokens - usage.reasoning_tokens,
                "thoughtsTokenCount": usage.reasoning_tokens,
            }
        return [_sse(event, end="\r\n")]

    def noise(self) -> list[bytes]:
        signature = {"candidates": [{"content": {"parts": [{"thoughtSignature": "x"}, {"surprise": {}}]}, "index": 0}]}
        return [_sse({"responseId": "r", "surprise": []}), _sse(signature), _sse({"candidates": [{"content": {}}]})]

    def alive(self) -> bytes:
        return b": still here\r\n\r\n"

    def broken_event(self) -> bytes:
        return b'data: {"candidates": [}\r\n\r\n'

    def error_event(self) -> tuple[bytes, ErrorKind]:
        error = {"code": 503, "message": f"The model is overloaded. {KEY}", "status": "UNAVAILABLE"}
        return _sse({"error": error}), ErrorKind.OVERLOADED


class Ollama(Dialect):
    chat_path = "/api/chat"
    list_path = "/api/tags"
    refusals = OLLAMA
    tells_cached = False
    tells_reasoning = False

    def listing(self, ids: Sequence[str]) -> Any:
        details = {"family": "llama", "context_length": 8192}
        entries = [{"name": each, "capabilities": ["completion"], "details": details} for each in ids]
        return {"models": [*entries, {}, None]}

    def begin(self, sample: Sample) -> list[bytes]:
        thoughts = [_line({"message": {"content": "", "thinking": text}, "done": False}) for text in sample.thinking]
        return [*thoughts, *(_line({"message": {"content": text}, "done": False}) for text in sample.text)]

    def end(self, sample: Sample) -> list[bytes]:
        last: dict[str, Any] = {"message": {"content": ""}, "done": True, "done_reason": sample.stop}
        if sample.usage:
            last |= {"prompt_eval_count": sample.usage.input_tokens, "eval_count": sample.usage.output_tokens}
        return [_line(last)]

    def noise(self) -> list[bytes]:
        return [_line({"surprise": 1}), b"\n", _line({"message": {"tool_calls": []}, "done": False})]

    def alive(self) -> bytes:
        return _line({"message": {"role": "assistant", "content": ""}, "done": False})

    def broken_event(self) -> bytes:
        return b'{"message": }\n'

    def error_event(self) -> tuple[bytes, ErrorKind]:
        return _line({"error": f"llama runner terminated {KEY}"}), ErrorKind.BROKEN_STREAM


def _sse(event: Any, end: str = "\n") -> bytes:
    return f"data: {json.dumps(event, ensure_ascii=False)}{end}{end}".encode()


def _named(event: Mapping[str, Any]) -> bytes:
    return f"event: {event['type']}\n".encode() + _sse(event)


def _chunk(delta: Mapping[str, Any]) -> bytes:
    return _sse({"object": "chat.completion.chunk", "choices": [{"index": 0, "delta": delta}], "usage": None})


def _line(event: Any) -> bytes:
    return json.dumps(event, ensure_ascii=False).encode() + b"\n"


_BY_KIND: Mapping[str, type[Dialect]] = {
    "openai": OpenAi,
    "openrouter": OpenRouter,
    "anthropic": Anthropic,
    "gemini": Gemini,
    "ollama": Ollama,
    "lmstudio": OpenAi,
}

DIALECTS: Mapping[str, Dialect] = {name: _BY_KIND[vendor.kind](vendor) for name, vendor in VENDORS.items()}
"""Every shipped provider with the protocol that it speaks."""
