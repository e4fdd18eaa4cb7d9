from typing import Any

import pytest

from modeldeck.domain.errors import UsageError
from modeldeck.domain.request import Image, Message, Request, make_request
from modeldeck.domain.task import Mode, Tier


def test_a_prompt_becomes_one_user_turn() -> None:
    request = make_request("Hello", task="chat")
    assert request.messages == (Message("user", "Hello"),)
    assert request.text == "Hello"
    assert request.task == "chat"


def test_system_goes_first_and_images_go_to_the_last_turn() -> None:
    image = Image(b"x", "image/png")
    request = make_request([Message("user", "a"), Message("user", "b")], system="Be brief.", images=[image])
    assert [message.role for message in request.messages] == ["system", "user", "user"]
    assert request.messages[-1].images == (image,)
    assert request.messages[1].images == ()


def test_fields_are_laid_over_a_request() -> None:
    request = make_request(Request(messages=(Message("user", "Hi"),), task="qa"), model="m")
    assert (request.task, request.model) == ("qa", "m")


def test_an_unknown_field_is_refused() -> None:
    with pytest.raises(TypeError, match="colour"):
        make_request("Hi", colour="red")  # type: ignore[call-arg]  # what a script without a type checker may write


def test_modes_and_tiers_may_be_plain_words() -> None:
    request = make_request("Hi", mode="hybrid", tier="premium")
    assert (request.mode, request.tier) == (Mode.HYBRID, Tier.PREMIUM)
    assert isinstance(request.mode, Mode)
    with pytest.raises(UsageError, match="no mode 'sideways'"):
        make_request("Hi", mode="sideways")
    with pytest.raises(UsageError, match="no tier 'sideways'"):
        make_request("Hi", tier="sideways")
    with pytest.raises(UsageError, match="no fallback mode 'sideways'"):
        make_request("Hi", fallback_mode="sideways")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "fields",
    [
        {"model": 5},
        {"task": ["coding"]},
        {"preferred": b"cloud/a"},
        {"strategy": 0.5},
        {"conversation": 7},
        {"criteria": {"min_quality": 0.7}},
        {"params": 100},
        {"mode": 3},
    ],
)
def test_a_field_of_another_type_is_named(fields: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match=next(iter(fields))):
        make_request("Hi", **fields)


@pytest.mark.parametrize("prompt", [5, None, [{"role": "user", "content": "Hi"}], ["Hi"]])
def test_what_is_no_prompt_is_refused(prompt: Any) -> None:
    with pytest.raises(UsageError, match="prompt"):
        make_request(prompt)


def test_nothing_said_of_criteria_and_params_asks_for_nothing() -> None:
    nothing: Any = None
    request = make_request("Hi", criteria=nothing, params=nothing)
    assert request == make_request("Hi")
