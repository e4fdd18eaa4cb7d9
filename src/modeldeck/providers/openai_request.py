"""The body of an OpenAI Chat Completions request; only what was set is sent, because servers refuse what they lack."""

from base64 import b64encode
from collections.abc import Mapping
from typing import Any

from modeldeck.domain.call import Call
from modeldeck.domain.request import Message, Params
from modeldeck.providers.vendor import Vendor


def chat_body(call: Call, vendor: Vendor) -> dict[str, Any]:
    """The JSON body of a streamed `POST /chat/completions`.

    Source: the OpenAI API reference; what vendors do differently comes from `vendor`.
    """
    body: dict[str, Any] = {
        "model": call.native_id,
        "messages": [_message(message) for message in call.messages],
        "stream": True,
    }
    if vendor.asks_for_usage:
        body["stream_options"] = {"include_usage": True}
    body |= sampling_fields(call.params, vendor)
    if call.params.reasoning is not None:
        body["reasoning_effort"] = call.params.reasoning
    if call.tools:
        body["tools"] = [dict(tool) for tool in call.tools]
    return body


def sampling_fields(params: Params, vendor: Vendor) -> dict[str, Any]:
    """The fields that every vendor of the protocol understands, as far as they are set."""
    fields: dict[str, Any] = {}
    if params.max_tokens is not None:
        fields[vendor.max_tokens_field] = params.max_tokens
    for name in ("temperature", "top_p", "seed"):
        value = getattr(params, name)
        if value is not None:
            fields[name] = value
    if params.stop:
        fields["stop"] = list(params.stop)
    if params.json_schema is not None:
        fields["response_format"] = _response_format(params.json_schema)
    return fields


def _response_format(schema: Mapping[str, Any]) -> dict[str, Any]:
    # Strict mode accepts closed schemas only (OpenAI refuses others with 400); open ones are followed as advice.
    strict = schema.get("additionalProperties") is False
    return {"type": "json_schema", "json_schema": {"name": "answer", "schema": dict(schema), "strict": strict}}


def _message(message: Message) -> dict[str, Any]:
    if not message.images:
        return {"role": message.role, "content": message.text}
    parts: list[dict[str, Any]] = [{"type": "text", "text": message.text}] if message.text else []
    for image in message.images:
        url = f"data:{image.media_type};base64,{b64encode(image.data).decode('ascii')}"
        parts.append({"type": "image_url", "image_url": {"url": url}})
    return {"role": message.role, "content": parts}
