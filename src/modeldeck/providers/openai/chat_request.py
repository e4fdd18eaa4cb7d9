"""The body of an OpenAI Chat Completions request; only what was set is sent, because servers refuse what they lack."""

import json
from base64 import b64encode
from collections.abc import Mapping
from typing import Any, get_args

from modeldeck.domain.call import Call
from modeldeck.domain.reasoning import ReasoningLevel
from modeldeck.domain.request import Message, Params
from modeldeck.providers.vendor import Vendor

_LADDER: tuple[ReasoningLevel, ...] = get_args(ReasoningLevel)


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
        body |= _reasoning_fields(call.params.reasoning, vendor)
    if call.params.json_schema is not None:
        if vendor.json_schemas:
            body["response_format"] = _schema_format(call.params.json_schema)
        else:
            body["response_format"] = {"type": "json_object"}
            body["messages"].insert(0, _schema_message(call.params.json_schema))
    if call.tools:
        body["tools"] = [dict(tool) for tool in call.tools]
    return body


def sampling_fields(params: Params, vendor: Vendor) -> dict[str, Any]:
    """The fields that every vendor of the protocol understands, as far as they are set."""
    fields: dict[str, Any] = {}
    if params.max_tokens is not None:
        fields[vendor.max_tokens_field] = params.max_tokens
    numbers = {"temperature": params.temperature, "top_p": params.top_p, vendor.seed_field: params.seed}
    fields |= {name: value for name, value in numbers.items() if value is not None}
    if params.stop:
        fields["stop"] = list(params.stop)
    return fields


def _reasoning_fields(level: ReasoningLevel, vendor: Vendor) -> Mapping[str, Any]:
    """How the vendor is told how much to think."""
    if level == "none" and vendor.reasoning_off:
        return vendor.reasoning_off
    nearest = nearest_level(level, vendor)
    return {} if nearest is None else {"reasoning_effort": nearest}


def nearest_level(level: ReasoningLevel, vendor: Vendor) -> ReasoningLevel | None:
    """The asked word for how much to think, or the nearest that the vendor knows (of two, the higher); None: none."""
    place = _LADDER.index(level)
    return min(
        vendor.reasoning_levels,
        key=lambda known: (abs(_LADDER.index(known) - place), -_LADDER.index(known)),
        default=None,
    )


def _schema_message(schema: Mapping[str, Any]) -> dict[str, Any]:
    """What tells the schema to a vendor that takes none; DeepSeek also wants the word JSON in the prompt.

    Source: api-docs.deepseek.com/guides/json_mode.
    """
    text = json.dumps(dict(schema), ensure_ascii=False)
    return {"role": "system", "content": f"Answer with one JSON object that follows this JSON schema: {text}"}


def _schema_format(schema: Mapping[str, Any]) -> dict[str, Any]:
    named = {"name": "answer", "schema": dict(schema), "strict": schema_is_closed(schema)}
    return {"type": "json_schema", "json_schema": named}


def schema_is_closed(schema: Mapping[str, Any]) -> bool:
    """Whether strict mode takes it: OpenAI refuses open ones there with 400; elsewhere they are followed as advice."""
    return schema.get("additionalProperties") is False


def _message(message: Message) -> dict[str, Any]:
    if not message.images:
        return {"role": message.role, "content": message.text}
    parts: list[dict[str, Any]] = [{"type": "text", "text": message.text}] if message.text else []
    for image in message.images:
        url = f"data:{image.media_type};base64,{b64encode(image.data).decode('ascii')}"
        parts.append({"type": "image_url", "image_url": {"url": url}})
    return {"role": message.role, "content": parts}
