"""The dialects of the protocols that one service invented: Anthropic, Gemini, Ollama, LM Studio."""

from collections.abc import Mapping, Sequence
from typing import Any

import httpx

from fake_chat_dialects import OpenAi
from fake_dialect import KEY, Dialect, Sample, json_line, named_event, sse_event
from fake_refusals import ANTHROPIC, GEMINI, OLLAMA, OPENAI
from modeldeck.domain.errors import ErrorKind


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
            named_event(start),
            *(named_event({"type": "content_block_delta", "index": 0, "delta": delta}) for delta in deltas),
        ]

    def end(self, sample: Sample) -> list[bytes]:
        reason = {"stop": "end_turn", "length": "max_tokens"}[sample.stop]
        usage = sample.usage
        delta: dict[str, Any] = {"type": "message_delta", "delta": {"stop_reason": reason}}
        if usage:
            delta["usage"] = {"output_tokens": usage.output_tokens}
        return [named_event(delta), named_event({"type": "message_stop"})]

    def tool_call(self) -> list[bytes]:
        block = {"type": "tool_use", "id": "t", "name": "f", "input": {}}
        piece = {"type": "input_json_delta", "partial_json": "{}"}
        return [
            named_event({"type": "message_start", "message": {"content": []}}),
            named_event({"type": "content_block_start", "index": 0, "content_block": block}),
            named_event({"type": "content_block_delta", "index": 0, "delta": piece}),
            named_event({"type": "message_delta", "delta": {"stop_reason": "tool_use"}}),
            named_event({"type": "message_stop"}),
        ]

    def noise(self) -> list[bytes]:
        signature = {"type": "content_block_delta", "index": 0, "delta": {"type": "signature_delta", "signature": "x"}}
        return [named_event({"type": "surprise", "text": "no answer"}), named_event(signature)]

    def alive(self) -> bytes:
        return named_event({"type": "ping"})

    def broken_event(self) -> bytes:
        return b'event: content_block_delta\ndata: {"type": }\n\n'

    def error_event(self) -> tuple[bytes, ErrorKind]:
        error = {"type": "overloaded_error", "message": f"Overloaded {KEY}"}
        return named_event({"type": "error", "error": error}), ErrorKind.OVERLOADED


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
        return [sse_event({"candidates": [{"content": {"parts": [part]}}]}, end="\r\n") for part in parts]

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
        return [sse_event(event, end="\r\n")]

    def tool_call(self) -> list[bytes]:
        part = {"functionCall": {"name": "f", "args": {}}}
        candidate = {"content": {"parts": [part]}}
        return [sse_event({"candidates": [candidate]}), sse_event({"candidates": [{"finishReason": "STOP"}]})]

    def noise(self) -> list[bytes]:
        signature = {"candidates": [{"content": {"parts": [{"thoughtSignature": "x"}, {"surprise": {}}]}, "index": 0}]}
        return [
            sse_event({"responseId": "r", "surprise": []}),
            sse_event(signature),
            sse_event({"candidates": [{"content": {}}]}),
        ]

    def alive(self) -> bytes:
        return b": still here\r\n\r\n"

    def broken_event(self) -> bytes:
        return b'data: {"candidates": [}\r\n\r\n'

    def error_event(self) -> tuple[bytes, ErrorKind]:
        error = {"code": 503, "message": f"The model is overloaded. {KEY}", "status": "UNAVAILABLE"}
        return sse_event({"error": error}), ErrorKind.OVERLOADED


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
        thoughts = [
            json_line({"message": {"content": "", "thinking": text}, "done": False}) for text in sample.thinking
        ]
        return [*thoughts, *(json_line({"message": {"content": text}, "done": False}) for text in sample.text)]

    def end(self, sample: Sample) -> list[bytes]:
        last: dict[str, Any] = {"message": {"content": ""}, "done": True, "done_reason": sample.stop}
        if sample.usage:
            last |= {"prompt_eval_count": sample.usage.input_tokens, "eval_count": sample.usage.output_tokens}
        return [json_line(last)]

    def tool_call(self) -> list[bytes]:
        message = {"content": "", "tool_calls": [{"function": {"name": "f", "arguments": {}}}]}
        return [json_line({"message": message, "done": False}), *self.end(Sample())]

    def noise(self) -> list[bytes]:
        return [json_line({"surprise": 1}), b"\n", json_line({"message": {"tool_calls": []}, "done": False})]

    def alive(self) -> bytes:
        return json_line({"message": {"role": "assistant", "content": ""}, "done": False})

    def broken_event(self) -> bytes:
        return b'{"message": }\n'

    def error_event(self) -> tuple[bytes, ErrorKind]:
        return json_line({"error": f"llama runner terminated {KEY}"}), ErrorKind.BROKEN_STREAM


class LmStudio(Dialect):
    """Version 0.4 and later: the native interface where it can carry the call, else the OpenAI path."""

    chat_path = "/api/v1/chat"
    list_path = "/api/v1/models"
    refusals = OPENAI
    tells_cached = False

    def first_answers(self) -> Mapping[str, httpx.Response]:
        return {self.list_path: httpx.Response(200, json=self.listing(("model-a",)))}

    def for_rich_calls(self) -> Dialect:
        return LmStudioBesideNative(self.vendor)

    def listing(self, ids: Sequence[str]) -> Any:
        return {"models": [*({"type": "llm", "key": each, "surprise": 1} for each in ids), {}, None]}

    def begin(self, sample: Sample) -> list[bytes]:
        return [
            named_event({"type": "prompt_processing.end"}),
            *(named_event({"type": "reasoning.delta", "content": text}) for text in sample.thinking),
            *(named_event({"type": "message.delta", "content": text}) for text in sample.text),
        ]

    def end(self, sample: Sample) -> list[bytes]:
        stats: dict[str, Any] = {}
        if sample.usage:
            stats = {
                "input_tokens": sample.usage.input_tokens,
                "total_output_tokens": sample.usage.output_tokens,
                "reasoning_output_tokens": sample.usage.reasoning_tokens,
            }
        return [named_event({"type": "chat.end", "result": {"output": [], "stats": stats}})]

    def tool_call(self) -> list[bytes]:
        return self.for_rich_calls().tool_call()

    def noise(self) -> list[bytes]:
        return [named_event({"type": "surprise", "content": "no answer"}), named_event({"type": "message.start"})]

    def alive(self) -> bytes:
        return named_event({"type": "model_load.progress", "progress": 0.5})

    def broken_event(self) -> bytes:
        return b'event: message.delta\ndata: {"type": }\n\n'

    def error_event(self) -> tuple[bytes, ErrorKind]:
        error = {"type": "internal_error", "message": f"out of memory {KEY}"}
        return named_event({"type": "error", "error": error}), ErrorKind.BROKEN_STREAM


class LmStudioBesideNative(OpenAi):
    """The OpenAI path of a server whose native list answers, too."""

    def first_answers(self) -> Mapping[str, httpx.Response]:
        return {"/api/v1/models": httpx.Response(200, json={"models": []})}


class LmStudioV0(OpenAi):
    """Versions 0.3.6 to 0.3: richer lists and speeds, the chunks of the OpenAI protocol."""

    list_path = "/api/v0/models"

    def first_answers(self) -> Mapping[str, httpx.Response]:
        return {self.list_path: httpx.Response(200, json=self.listing(("model-a",)))}


class LmStudioOld(OpenAi):
    """Older versions: the OpenAI protocol alone."""

    list_path = "/v1/models"

    def first_answers(self) -> Mapping[str, httpx.Response]:
        return {
            "/api/v1/models": httpx.Response(404),
            "/api/v0/models": httpx.Response(404),
            self.list_path: httpx.Response(200, json=self.listing(("model-a",))),
        }
