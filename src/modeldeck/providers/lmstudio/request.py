"""The body of LM Studio's native `POST /api/v1/chat`.

Source: LM Studio's documentation, lmstudio.ai/docs/developer/rest/chat.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from modeldeck.domain.call import Call
from modeldeck.domain.reasoning import ReasoningLevel

# What stands for each level there, the best first; which of these words a model takes is in the list.
_REASONING: Mapping[ReasoningLevel, Sequence[str]] = {
    "none": ("off", "low"),
    "minimal": ("low", "on"),
    "low": ("low", "on"),
    "medium": ("medium", "on"),
    "high": ("high", "on"),
    "xhigh": ("high", "on"),
    "max": ("high", "on"),
}


def takes_natively(call: Call) -> bool:
    """Whether the native interface can carry a call: one text of the user, and at most a system prompt before it.

    It takes no turns of the assistant, tools of one's own, schema, seed or stop words (lmstudio.ai/docs/developer/rest,
    comparison of the interfaces); earlier turns could only be referred to by ids that the server keeps. How pictures
    are sent changed between its versions, while the OpenAI path takes them in all of them.
    """
    params = call.params
    roles = tuple(message.role for message in call.messages)
    return (
        roles in {("user",), ("system", "user")}
        and not any(message.images for message in call.messages)
        and not call.tools
        and params.json_schema is None
        and params.seed is None
        and not params.stop
    )


def native_body(call: Call, reasoning_options: Sequence[str]) -> dict[str, Any]:
    """The JSON body of a streamed call that `takes_natively`, which the server does not keep.

    Args:
        call: the call.
        reasoning_options: the words that the model takes for `reasoning`; it refuses any other.
    """
    *system, prompt = call.messages
    params = call.params
    body: dict[str, Any] = {"model": call.native_id, "input": prompt.text, "stream": True, "store": False}
    if system:
        body["system_prompt"] = system[0].text
    words = () if params.reasoning is None else _REASONING[params.reasoning]
    fields = {
        "max_output_tokens": params.max_tokens,
        "temperature": params.temperature,
        "top_p": params.top_p,
        "reasoning": next((word for word in words if word in reasoning_options), None),
    }
    return body | {name: value for name, value in fields.items() if value is not None}
