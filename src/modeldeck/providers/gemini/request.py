"""The body of a Gemini `streamGenerateContent` request; only what was set is sent.

Sources: ai.google.dev/api/generate-content, ai.google.dev/gemini-api/docs/thinking and .../docs/openai (the budgets
that Google itself gives to reasoning levels).
"""

import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from typing import Any

from modeldeck.domain.call import Call
from modeldeck.domain.reasoning import ReasoningLevel
from modeldeck.domain.request import Message, Params

_GENERATION = re.compile(r"gemini-(\d+)(?:\.(\d+))?")
FIRST_THINKING = (2, 5)
FIRST_WITH_LEVELS = (3, 0)
NEWEST = (99, 0)
"""The generation of names such as `gemini-flash-latest`, which follow the newest one."""

_LEVELS: Mapping[ReasoningLevel, str] = {
    "none": "minimal",
    "minimal": "minimal",
    "low": "low",
    "medium": "medium",
    "high": "high",
    "xhigh": "high",
    "max": "high",
}
_BUDGETS: Mapping[ReasoningLevel, int] = {
    "none": 0,
    "minimal": 1024,
    "low": 1024,
    "medium": 8192,
    "high": 24576,
    "xhigh": 24576,
    "max": 24576,
}
SMALLEST_PRO_BUDGET = 128
"""Tokens: Gemini 2.5 Pro cannot think less."""


def generate_body(call: Call) -> dict[str, Any]:
    """The JSON body of a call; the model is named in the URL."""
    system, turns = _divide(call)
    body: dict[str, Any] = {"contents": [_content(turn) for turn in turns if turn.text or turn.images]}
    if system:
        body["systemInstruction"] = {"parts": [{"text": system}]}
    config = _generation_config(call.native_id, call.params)
    if config:
        body["generationConfig"] = config
    if call.tools:
        body["tools"] = [{"functionDeclarations": [_declaration(tool) for tool in call.tools]}]
    return body


def thinking_config(native_id: str, level: ReasoningLevel | None) -> dict[str, Any] | None:
    """How much to think, in the words of the model's generation; None where nothing is to be said.

    Models of generation 2.5 take a budget of tokens, later ones a level; older ones refuse both. Thoughts are asked
    for wherever they exist, because they are shown.
    """
    generation = _generation(native_id)
    if generation is None or generation < FIRST_THINKING:
        return None if level in (None, "none") else {"thinkingLevel": _LEVELS[level]}
    config: dict[str, Any] = {"includeThoughts": level != "none"}
    if level is None:
        return config
    if generation >= FIRST_WITH_LEVELS:
        # Every model of these generations knows low and high; only the lite ones keep the level below.
        word = _LEVELS[level]
        config["thinkingLevel"] = "low" if word == "minimal" and "lite" not in native_id else word
    else:
        smallest = SMALLEST_PRO_BUDGET if "pro" in native_id else 0
        config["thinkingBudget"] = max(_BUDGETS[level], smallest)
    return config


def _generation(native_id: str) -> tuple[int, int] | None:
    match = _GENERATION.search(native_id)
    if match:
        return int(match.group(1)), int(match.group(2) or 0)
    return NEWEST if native_id.startswith("gemini-") and native_id.endswith("-latest") else None


def _divide(call: Call) -> tuple[str, Sequence[Message]]:
    """System text and turns. Gemma 3 refuses system instructions: there they open the first turn."""
    system = "\n\n".join(message.text for message in call.messages if message.role == "system" and message.text)
    turns = [message for message in call.messages if message.role != "system"]
    if system and call.native_id.startswith("gemma-3"):
        return "", [Message("user", system), *turns]
    return system, turns


def _content(message: Message) -> dict[str, Any]:
    parts: list[dict[str, Any]] = [{"text": message.text}] if message.text else []
    for image in message.images:
        data = b64encode(image.data).decode("ascii")
        parts.append({"inlineData": {"mimeType": image.media_type, "data": data}})
    return {"role": "model" if message.role == "assistant" else "user", "parts": parts}


def _generation_config(native_id: str, params: Params) -> dict[str, Any]:
    config: dict[str, Any] = {
        "maxOutputTokens": params.max_tokens,
        "temperature": params.temperature,
        "topP": params.top_p,
        "stopSequences": list(params.stop) or None,
        "seed": params.seed,
        "thinkingConfig": thinking_config(native_id, params.reasoning),
    }
    if params.json_schema is not None:
        config |= {"responseMimeType": "application/json", "responseJsonSchema": dict(params.json_schema)}
    return {name: value for name, value in config.items() if value is not None}


def _declaration(tool: Mapping[str, Any]) -> dict[str, Any]:
    """A tool in OpenAI's form as a function declaration, whose parameters are JSON Schema here, too."""
    function = tool.get("function", tool)
    declaration = {name: function[name] for name in ("name", "description") if name in function}
    if "parameters" in function:
        declaration["parametersJsonSchema"] = function["parameters"]
    return declaration
