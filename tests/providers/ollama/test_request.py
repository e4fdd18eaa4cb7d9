import json

import pytest

from fake_wire import Wire, collect, make_call
from modeldeck.domain.request import Image, Message, Params
from modeldeck.ports import Provider


async def test_a_request_with_everything(wire: Wire, ollama: Provider) -> None:
    params = Params(
        max_tokens=9, temperature=0.0, top_p=0.5, stop=("x",), seed=1, reasoning="xhigh", json_schema={"type": "object"}
    )
    messages = (Message("system", "s"), Message("user", "look", (Image(b"\x89PNG", "image/png"),)))
    tools = ({"type": "function"},)
    await collect(ollama.stream(make_call("new:8b", params=params, messages=messages, tools=tools, context=5000)))
    assert json.loads(wire.requests[-1].content) == {
        "model": "new:8b",
        "messages": [
            {"role": "system", "content": "s"},
            {"role": "user", "content": "look", "images": ["iVBORw=="]},
        ],
        "stream": True,
        "options": {"num_predict": 9, "temperature": 0.0, "top_p": 0.5, "stop": ["x"], "seed": 1, "num_ctx": 8192},
        "think": "high",
        "format": {"type": "object"},
        "tools": [{"type": "function"}],
    }


async def test_a_plain_request_sets_nothing(wire: Wire, ollama: Provider) -> None:
    await collect(ollama.stream(make_call("new:8b", params=Params(reasoning="none"))))
    body = json.loads(wire.requests[-1].content)
    assert set(body) == {"model", "messages", "stream", "think"}
    assert body["think"] is False


@pytest.mark.parametrize(
    ("needed", "window"), [(10, 4096), (4096, 4096), (4097, 8192), (100_000, 131_072), (200_000, 131_072)]
)
async def test_the_window_grows_in_steps_up_to_the_models_own(
    wire: Wire, ollama: Provider, needed: int, window: int
) -> None:
    await ollama.list_models()
    await collect(ollama.stream(make_call("new:8b", context=needed)))
    assert json.loads(wire.requests[-1].content)["options"] == {"num_ctx": window}
