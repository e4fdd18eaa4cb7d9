"""The body of an Anthropic Messages request; only what was set is sent, apart from the required `max_tokens`.

Source: docs.claude.com/en/api/messages; build-with-claude/structured-outputs, /extended-thinking, /adaptive-thinking.
"""

from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any, Literal

from modeldeck.domain.call import Call
from modeldeck.domain.reasoning import ReasoningLevel
from modeldeck.domain.request import Message

ThinkingStyle = Literal["adaptive", "budget"]
"""How a model wants to be told to think; each kind refuses the other's words (Claude 4.6 takes both)."""

SAFE_OUTPUT_TOKENS = 4096
"""`max_tokens` is required, and a model refuses more than it can write: the oldest listed ones can write this much."""

LEAST_THINKING_TOKENS = 1024
"""The smallest budget that is accepted; budgets are part of `max_tokens` and must stay below it."""

_EFFORT: Mapping[ReasoningLevel, str] = {"minimal": "low"}
"""`output_config.effort` knows our words, except this one."""

_NO_THINKING = {"type": "disabled"}

# Shares of `max_tokens`, as OpenRouter translates the same words: openrouter.ai/docs/use-cases/reasoning-tokens.
_BUDGET_SHARE: Mapping[ReasoningLevel, float] = {
    "minimal": 0.1,
    "low": 0.2,
    "medium": 0.5,
    "high": 0.8,
    "xhigh": 0.95,
    "max": 0.95,
}


def messages_body(call: Call, thinking: ThinkingStyle) -> dict[str, Any]:
    """The JSON body of a streamed `POST /messages`.

    Args:
        call: what to ask.
        thinking: how this model wants to be told to think, should the call ask for it.
    """
    params = call.params
    max_tokens = params.max_tokens or call.max_output or SAFE_OUTPUT_TOKENS
    body: dict[str, Any] = {
        "model": call.native_id,
        "max_tokens": max_tokens,
        "messages": _turns(call.messages),
        "stream": True,
    }
    system = "\n\n".join(message.text for message in call.messages if message.role == "system" and message.text)
    if system:
        body["system"] = system
    if params.stop:
        body["stop_sequences"] = list(params.stop)
    if params.json_schema is not None:
        body["output_config"] = {"format": {"type": "json_schema", "schema": _closed(params.json_schema)}}
    if params.reasoning is not None:
        set_thinking(body, params.reasoning, thinking)
    if not thinks(body):  # a thinking model takes its own temperature only
        sampling = {"temperature": params.temperature, "top_p": params.top_p}
        body |= {name: value for name, value in sampling.items() if value is not None}
    if call.tools:
        body["tools"] = [_tool(tool) for tool in call.tools]
    return body


def thinks(body: Mapping[str, Any]) -> bool:
    """Whether a body asks for thinking."""
    return "thinking" in body and body["thinking"] != _NO_THINKING


def set_thinking(body: dict[str, Any], level: ReasoningLevel, style: ThinkingStyle) -> None:
    """Put a reasoning level into a body, in place of what it said about thinking before."""
    body.pop("thinking", None)
    config = {name: value for name, value in body.pop("output_config", {}).items() if name != "effort"}
    if level == "none":
        body["thinking"] = _NO_THINKING
    elif style == "adaptive":
        # Newer models keep their thoughts to themselves unless asked for a summary.
        body["thinking"] = {"type": "adaptive", "display": "summarized"}
        config["effort"] = _EFFORT.get(level, level)
    elif body["max_tokens"] > LEAST_THINKING_TOKENS:
        budget = max(LEAST_THINKING_TOKENS, int(body["max_tokens"] * _BUDGET_SHARE[level]))
        body["thinking"] = {"type": "enabled", "budget_tokens": budget}
    if config:
        body["output_config"] = config


def _turns(messages: Iterable[Message]) -> list[dict[str, Any]]:
    """User and assistant in turn: neighbours of one role become one turn, and what is empty is left out."""
    spoken = (message for message in messages if message.role != "system" and (message.text or message.images))
    return [
        {"role": role, "content": [block for message in group for block in _blocks(message)]}
        for role, group in groupby(spoken, key=lambda message: message.role)
    ]


def _blocks(message: Message) -> Sequence[Mapping[str, Any]]:
    """Images before the text, as the documentation advises."""
    blocks: list[Mapping[str, Any]] = [
        {
            "type": "image",
            "source": {
                "type": "base64",
                "media_type": image.media_type,
                "data": b64encode(image.data).decode("ascii"),
            },
        }
        for image in message.images
    ]
    if message.text:
        blocks.append({"type": "text", "text": message.text})
    return blocks


def _closed(schema: Any) -> Any:
    """The schema with every object closed: open ones are refused."""
    if isinstance(schema, list):
        return [_closed(item) for item in schema]
    if not isinstance(schema, Mapping):
        return schema
    closed = {key: _closed(value) for key, value in schema.items()}
    if schema.get("type") == "object":
        closed["additionalProperties"] = False
    return closed


def _tool(tool: Mapping[str, Any]) -> dict[str, Any]:
    """A tool in Anthropic's form, from OpenAI's; a tool that has this form already stays as it is."""
    function = tool.get("function")
    if not isinstance(function, Mapping):
        return dict(tool)
    named = {"name": function.get("name"), "description": function.get("description")}
    schema = function.get("parameters") or {"type": "object", "properties": {}}
    return {name: value for name, value in named.items() if value is not None} | {"input_schema": schema}
