"""The body of an OpenAI Responses request; only what was set is sent, because servers refuse what they lack."""

from base64 import b64encode
from collections.abc import Mapping
from typing import Any

from modeldeck.domain.call import Call
from modeldeck.domain.errors import Failure
from modeldeck.domain.request import Message
from modeldeck.providers.openai.chat_request import nearest_level, schema_is_closed
from modeldeck.providers.vendor import Vendor


def responses_body(call: Call, vendor: Vendor) -> dict[str, Any]:
    """The JSON body of a streamed `POST /responses`, which the service does not keep.

    `stop` and `seed` are left out: this interface has neither. Source: the OpenAI API reference, Create a response.
    """
    params = call.params
    body: dict[str, Any] = {
        "model": call.native_id,
        "input": [_item(message) for message in call.messages],
        "stream": True,
        "store": False,
        # Thinking itself is kept secret; a summary of it is all that there is to show.
        "reasoning": {"summary": "auto"},
    }
    numbers = {"max_output_tokens": params.max_tokens, "temperature": params.temperature, "top_p": params.top_p}
    body |= {name: value for name, value in numbers.items() if value is not None}
    effort = None if params.reasoning is None else nearest_level(params.reasoning, vendor)
    if effort is not None:
        body["reasoning"]["effort"] = effort
    if params.json_schema is not None:
        body["text"] = {"format": _schema_format(params.json_schema)}
    if call.tools:
        body["tools"] = [_tool(tool) for tool in call.tools]
    return body


def mend_responses(body: dict[str, Any], failure: Failure) -> bool:
    """Leave out the summary of the thinking where it is refused; False where something else was refused.

    OpenAI shows summaries to verified organizations only, and not every model makes them.
    """
    reasoning = body.get("reasoning", {})
    if failure.parameter != "reasoning.summary" or "summary" not in reasoning:
        return False
    body["reasoning"] = {name: value for name, value in reasoning.items() if name != "summary"}
    return True


def _item(message: Message) -> dict[str, Any]:
    if not message.images:
        return {"role": message.role, "content": message.text}
    parts: list[dict[str, Any]] = [{"type": "input_text", "text": message.text}] if message.text else []
    for image in message.images:
        data = b64encode(image.data).decode("ascii")
        parts.append({"type": "input_image", "image_url": f"data:{image.media_type};base64,{data}"})
    return {"role": message.role, "content": parts}


def _schema_format(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "json_schema", "name": "answer", "schema": dict(schema), "strict": schema_is_closed(schema)}


def _tool(tool: Mapping[str, Any]) -> dict[str, Any]:
    """A tool as the chat protocol describes it; here the function's fields are those of the tool."""
    function = tool.get("function")
    return {"type": "function", **function} if isinstance(function, Mapping) else dict(tool)
