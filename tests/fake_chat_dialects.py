"""The dialects of the OpenAI-chat protocol."""

from collections.abc import Sequence
from typing import Any

from fake_dialect import KEY, Dialect, Sample, chat_chunk, sse_event
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
