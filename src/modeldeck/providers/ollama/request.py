"""The body of an Ollama `/api/chat` request; only what was set is sent.

Source: Ollama's docs/api.md and api/types.go.
"""

from base64 import b64encode
from collections.abc import Mapping
from typing import Any

from modeldeck.domain.call import Call
from modeldeck.domain.reasoning import ReasoningLevel
from modeldeck.domain.request import Message, Params

SMALLEST_WINDOW = 4096
"""Tokens: Ollama's own smallest default. Another `num_ctx` reloads the model, so windows grow in powers of two."""

# `think` knows three levels; models without levels take any of them as "on".
_THINK: Mapping[ReasoningLevel, bool | str] = {
    "none": False,
    "minimal": "low",
    "low": "low",
    "medium": "medium",
    "high": "high",
    "xhigh": "high",
    "max": "high",
}


def chat_body(call: Call, longest: int | None) -> dict[str, Any]:
    """The body for a call; `longest` is the model's own context in tokens, None where nobody told."""
    body: dict[str, Any] = {
        "model": call.native_id,
        "messages": [_message(message) for message in call.messages],
        "stream": True,
    }
    options = _options(call.params)
    if call.context is not None:
        options["num_ctx"] = _window(call.context, longest)
    if options:
        body["options"] = options
    if call.params.reasoning is not None:
        body["think"] = _THINK[call.params.reasoning]
    if call.params.json_schema is not None:
        body["format"] = dict(call.params.json_schema)
    if call.tools:
        body["tools"] = [dict(tool) for tool in call.tools]
    return body


def _window(needed: int, longest: int | None) -> int:
    window = SMALLEST_WINDOW
    while window < needed:
        window *= 2
    return window if longest is None else min(window, longest)


def _options(params: Params) -> dict[str, Any]:
    options = {
        "num_predict": params.max_tokens,
        "temperature": params.temperature,
        "top_p": params.top_p,
        "seed": params.seed,
        "stop": list(params.stop) or None,
    }
    return {name: value for name, value in options.items() if value is not None}


def _message(message: Message) -> dict[str, Any]:
    fields: dict[str, Any] = {"role": message.role, "content": message.text}
    if message.images:
        fields["images"] = [b64encode(image.data).decode("ascii") for image in message.images]
    return fields
