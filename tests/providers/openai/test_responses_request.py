import pytest

from fake_wire import VENDORS, make_call
from modeldeck.domain.errors import ErrorKind, Failure
from modeldeck.domain.request import Image, Message, Params
from modeldeck.providers.openai.responses_request import mend_responses, responses_body

OPENAI = VENDORS["openai"]


def test_only_what_was_set_is_sent() -> None:
    assert responses_body(make_call("gpt-5-pro", "hi"), OPENAI) == {
        "model": "gpt-5-pro",
        "input": [{"role": "user", "content": "hi"}],
        "stream": True,
        "store": False,
        "reasoning": {"summary": "auto"},
    }


def test_parameters_have_their_names_here() -> None:
    params = Params(max_tokens=9, temperature=0.5, top_p=0.9, reasoning="max", seed=1, stop=("x",))
    body = responses_body(make_call("gpt-5-pro", "hi", params), OPENAI)
    assert (body["max_output_tokens"], body["temperature"], body["top_p"]) == (9, 0.5, 0.9)
    assert body["reasoning"] == {"summary": "auto", "effort": "xhigh"}
    assert {"seed", "stop", "max_tokens"}.isdisjoint(body)


@pytest.mark.parametrize(("schema", "strict"), [({"additionalProperties": False}, True), ({"type": "object"}, False)])
def test_a_schema_is_a_format_of_the_text(schema: dict[str, object], strict: bool) -> None:
    body = responses_body(make_call(params=Params(json_schema=schema)), OPENAI)
    assert body["text"] == {"format": {"type": "json_schema", "name": "answer", "schema": schema, "strict": strict}}


def test_a_conversation_with_a_picture() -> None:
    turns = (
        Message("system", "be brief"),
        Message("user", "what is it?", (Image(b"\x01", "image/png"),)),
        Message("assistant", "a dot"),
        Message("user", "sure?"),
    )
    system, picture, answer, again = responses_body(make_call(messages=turns), OPENAI)["input"]
    assert system == {"role": "system", "content": "be brief"}
    assert picture["content"] == [
        {"type": "input_text", "text": "what is it?"},
        {"type": "input_image", "image_url": "data:image/png;base64,AQ=="},
    ]
    assert (answer, again) == ({"role": "assistant", "content": "a dot"}, {"role": "user", "content": "sure?"})


def test_tools_lose_the_frame_of_the_chat_protocol() -> None:
    search = {"type": "web_search"}
    tool = {"type": "function", "function": {"name": "add", "parameters": {"type": "object"}}}
    body = responses_body(make_call(tools=(tool, search)), OPENAI)
    assert body["tools"] == [{"type": "function", "name": "add", "parameters": {"type": "object"}}, search]


def test_a_refused_summary_is_left_out_once() -> None:
    body = responses_body(make_call(params=Params(reasoning="low")), OPENAI)
    refused = Failure(ErrorKind.PARAMETER, "Your organization must be verified", parameter="reasoning.summary")
    assert mend_responses(body, refused)
    assert body["reasoning"] == {"effort": "low"}
    assert not mend_responses(body, refused)


def test_other_refusals_are_not_mended_here() -> None:
    body = responses_body(make_call(), OPENAI)
    for parameter in (None, "reasoning.effort", "temperature"):
        assert not mend_responses(body, Failure(ErrorKind.PARAMETER, "no", parameter=parameter))
