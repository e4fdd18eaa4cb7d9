"""The dialects of OpenAI's protocols: chat, which most vendors speak, and Responses."""

from collections.abc import Sequence
from typing import Any

from fake_dialect import KEY, Dialect, Sample, chat_chunk, named_event, sse_event
from fake_refusals import BY_VENDOR, OPENAI, OPENROUTER
from modeldeck.domain.errors import ErrorKind
from modeldeck.providers.vendor import Vendor


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
        thoughts = [chat_chunk({"role": "assistant", "content": None, "reasoning_content": text})
                    for text in sample.thinking]  # fmt: skip
        return [*thoughts, *(chat_chunk({"content": text}) for text in sample.text)]

    def end(self, sample: Sample) -> list[bytes]:
        finish = {"choices": [{"index": 0, "delta": {}, "finish_reason": sample.stop}], "usage": None}
        events = [sse_event(finish)]
        usage = sample.usage
        if usage:
            counts = {
                "prompt_tokens": usage.input_tokens,
                "completion_tokens": float(usage.output_tokens),
                "total_tokens": usage.input_tokens + usage.output_tokens,
                "prompt_tokens_details": {"cached_tokens": usage.cached_tokens},
                "completion_tokens_details": {"reasoning_tokens": usage.reasoning_tokens},
            }
            events.append(sse_event({"choices": [], "usage": counts}))
        return [*events, b"data: [DONE]\n\n"]

    def tool_call(self) -> list[bytes]:
        call = {"index": 0, "id": "c", "type": "function", "function": {"name": "f", "arguments": "{}"}}
        finish = {"choices": [{"index": 0, "delta": {}, "finish_reason": "tool_calls"}]}
        return [chat_chunk({"tool_calls": [call]}), sse_event(finish), b"data: [DONE]\n\n"]

    def noise(self) -> list[bytes]:
        return [
            sse_event({"choices": [], "obfuscation": "xyz"}),
            b"event: surprise\nid: 7\nretry: 5\n" + chat_chunk({"p": "a"}),
        ]

    def alive(self) -> bytes:
        return b": keep-alive\n\n"

    def broken_event(self) -> bytes:
        return b'data: {"choices": [}\n\n'

    def error_event(self) -> tuple[bytes, ErrorKind]:
        return sse_event({"error": {"message": f"busy {KEY}", "code": 503}}), ErrorKind.OVERLOADED


class OpenRouter(OpenAi):
    def __init__(self, vendor: Vendor) -> None:
        super().__init__(vendor)
        self.refusals = OPENROUTER
        self.limit_headers = {}

    def listing(self, ids: Sequence[str]) -> Any:
        pricing = {"prompt": "0.000001", "completion": "0.000002"}
        entries = [{"id": each, "name": each, "context_length": 8192, "pricing": pricing} for each in ids]
        return {"data": [*entries, {}, None], "surprise": 1}


class Responses(OpenAi):
    """OpenAI's Responses protocol, which some of its models speak alone."""

    chat_path = "/responses"
    model = "model-pro"

    def begin(self, sample: Sample) -> list[bytes]:
        return [
            named_event({"type": "response.created", "response": {"status": "in_progress", "error": None}}),
            *(
                named_event({"type": "response.reasoning_summary_text.delta", "delta": text})
                for text in sample.thinking
            ),
            *(named_event({"type": "response.output_text.delta", "delta": text}) for text in sample.text),
        ]

    def end(self, sample: Sample) -> list[bytes]:
        response: dict[str, Any] = {"object": "response", "status": "completed", "output": [], "error": None}
        if sample.stop == "length":
            response |= {"status": "incomplete", "incomplete_details": {"reason": "max_output_tokens"}}
        if sample.usage:
            response["usage"] = {
                "input_tokens": sample.usage.input_tokens,
                "input_tokens_details": {"cached_tokens": sample.usage.cached_tokens},
                "output_tokens": sample.usage.output_tokens,
                "output_tokens_details": {"reasoning_tokens": sample.usage.reasoning_tokens},
            }
        return [named_event({"type": f"response.{response['status']}", "response": response})]

    def tool_call(self) -> list[bytes]:
        item = {"type": "function_call", "name": "f", "arguments": "{}"}
        response = {"object": "response", "status": "completed", "output": [item]}
        return [
            named_event({"type": "response.function_call_arguments.delta", "delta": "{}"}),
            named_event({"type": "response.completed", "response": response}),
        ]

    def noise(self) -> list[bytes]:
        return [named_event({"type": "response.surprise", "delta": "no answer", "sequence_number": 1})]

    def alive(self) -> bytes:
        return named_event({"type": "response.in_progress", "response": {}})

    def error_event(self) -> tuple[bytes, ErrorKind]:
        error = {"type": "error", "code": "server_error", "message": f"busy {KEY}"}
        return named_event(error), ErrorKind.OVERLOADED
