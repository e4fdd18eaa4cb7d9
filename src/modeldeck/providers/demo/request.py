"""A chat request as the simulated service reads it, and why it may refuse it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from modeldeck.domain.record import record
from modeldeck.providers.demo.answers import count_tokens
from modeldeck.providers.demo.models import DemoModel
from modeldeck.providers.wire.values import as_dict, as_int, as_list, as_str

MESSAGE_TOKENS = 4
"""Tokens that the frame of each message takes."""
IMAGE_TOKENS = 256
REQUESTS_PER_MINUTE = 2
"""What the models with `limited` in their names allow."""


@record
class ChatRequest:
    """What matters of a `POST /chat/completions`; `prompt` is the text of the last user turn."""

    prompt: str
    prompt_tokens: int
    images: int
    tools: bool
    schema: Mapping[str, Any] | None
    max_tokens: int | None
    effort: str | None


@record
class Refusal:
    """An HTTP status with an error body in OpenRouter's form (openrouter.ai/docs, errors)."""

    status: int
    body: Mapping[str, Any]


def read_request(body: Mapping[str, Any]) -> ChatRequest:
    """The request in a JSON body; whatever is odd in it counts as absent."""
    messages = [as_dict(message) for message in as_list(body.get("messages"))]
    texts = [_text(message) for message in messages]
    images = sum(_images(message) for message in messages)
    asked = [text for message, text in zip(messages, texts, strict=True) if message.get("role") == "user"]
    schema = as_dict(as_dict(as_dict(body.get("response_format")).get("json_schema")).get("schema"))
    limit = as_int(body.get("max_tokens"))
    tokens = sum(map(count_tokens, texts)) + MESSAGE_TOKENS * len(messages) + IMAGE_TOKENS * images
    return ChatRequest(
        prompt=asked[-1] if asked else "",
        prompt_tokens=tokens,
        images=images,
        tools=bool(as_list(body.get("tools"))),
        schema=schema or None,
        max_tokens=None if limit is None else max(1, limit),
        effort=as_str(as_dict(body.get("reasoning")).get("effort")),
    )


def refuse_request(model: DemoModel, request: ChatRequest) -> Refusal | None:
    """Why a model cannot take this request, whatever happened before; None when it can."""
    if request.images and "vision" not in model.abilities:
        return refusal(404, "No endpoints found that support image input")
    if request.tools and "tools" not in model.abilities:
        return refusal(404, "No endpoints found that support tool use")
    if request.effort == "none" and "thinks" in model.abilities:
        return refusal(400, "Reasoning is mandatory for this endpoint and cannot be disabled.")
    output = request.max_tokens or 0
    if request.prompt_tokens + output < model.context:
        return None
    return refusal(
        400,
        f"This endpoint's maximum context length is {model.context} tokens. However, you requested about "
        f"{request.prompt_tokens + output} tokens ({request.prompt_tokens} of text input, {output} in the output). "
        "Please reduce the length of either one.",
        error_type="context_length_exceeded",
    )


def unknown_model(name: str) -> Refusal:
    """Nobody is called `name`."""
    return refusal(400, f"{name} is not a valid model ID", error_type="not_found")


def overloaded(model: DemoModel) -> Refusal:
    """What a flaky model says when it fails."""
    return refusal(
        503, f"Simulated failure: no provider of {model.id} answers just now", error_type="provider_unavailable"
    )


def minute_limit(model: DemoModel, now: datetime) -> Refusal:
    """The limit of one model alone, until the next minute begins."""
    reset = now.replace(second=0, microsecond=0) + timedelta(minutes=1)
    message = f"Rate limit exceeded: limit_rpm/{model.id}. Limited to {REQUESTS_PER_MINUTE} requests per minute."
    return _limited(message, REQUESTS_PER_MINUTE, reset)


def day_limit(now: datetime) -> Refusal:
    """The limit of all free models together, until midnight UTC."""
    reset = now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    message = "Rate limit exceeded: free-models-per-day. Add 10 credits to unlock 1000 free model requests per day"
    return _limited(message, 50, reset)


def refusal(status: int, message: str, *, error_type: str | None = None, **metadata: Any) -> Refusal:
    """An error body; `metadata` goes where OpenRouter puts it."""
    if error_type is not None:
        metadata["error_type"] = error_type
    return Refusal(status, {"error": {"code": status, "message": message, "metadata": metadata}})


def _limited(message: str, limit: int, reset: datetime) -> Refusal:
    headers = {
        "X-RateLimit-Limit": str(limit),
        "X-RateLimit-Remaining": "0",
        "X-RateLimit-Reset": str(int(reset.timestamp() * 1000)),
    }
    return refusal(429, message, headers=headers, provider_name=None)


def _text(message: Mapping[str, Any]) -> str:
    content = message.get("content")
    if isinstance(content, str):
        return content
    return "\n".join(as_str(as_dict(part).get("text")) or "" for part in as_list(content))


def _images(message: Mapping[str, Any]) -> int:
    return sum(as_dict(part).get("type") == "image_url" for part in as_list(message.get("content")))
