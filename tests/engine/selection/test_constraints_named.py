"""What rules a model out although a person named it."""

from decimal import Decimal
from typing import Any

import pytest

from fake_constraints import LOCAL, LONG, PAID, TOOLS, UNKNOWN, UNLISTED, VISION, reason
from fakes import make_model
from modeldeck.domain.model import Model
from modeldeck.domain.task import Criteria
from modeldeck.engine.selection.constraints import Named


@pytest.mark.parametrize("named", Named)
@pytest.mark.parametrize("model", [PAID, UNKNOWN, UNLISTED], ids=lambda model: model.id)
def test_at_a_free_only_provider_naming_a_model_is_no_leave_to_spend(model: Model, named: Named) -> None:
    told = "not known to be free, and cloud is set to free_only"

    assert reason(model, named=named, free_only={"cloud"}) == told
    assert reason(model, named=Named.PINNED, free_only={"home"}) is None


@pytest.mark.parametrize("named", [Named.LISTED, Named.PREFERRED, Named.PINNED])
def test_what_nobody_lists_is_for_a_person_to_name(named: Named) -> None:
    needs_tools = Criteria(required_capabilities=frozenset({TOOLS}))  # nobody lists what it can do, either
    long = {"input_tokens": 150_000, "needs": frozenset({LONG})}

    assert reason(UNLISTED) == "nobody lists it"
    assert reason(UNLISTED, needs_tools, named=named, profile=long) is None


@pytest.mark.parametrize(
    ("model", "situation", "named", "text"),
    [
        pytest.param(make_model(hidden=True), {}, Named.PREFERRED, None, id="naming shows a hidden model"),
        pytest.param(LOCAL, {"stale": {"home"}}, Named.PINNED, None, id="naming tries a silent server"),
        pytest.param(PAID, {"usable": {"cloud": False}}, Named.PINNED, "no key", id="a key is needed all the same"),
        pytest.param(PAID, {"excluded": {"cloud": "cooldown 9 s"}}, Named.PINNED, "cooldown 9 s", id="so is patience"),
    ],
)
def test_what_naming_a_model_changes(model: Model, situation: dict[str, Any], named: Named, text: str | None) -> None:
    assert reason(model, named=named, **situation) == text


def test_only_a_pinned_model_is_tried_without_what_the_prompt_seems_to_need() -> None:
    needs = {"needs": frozenset({VISION})}

    assert reason(PAID, named=Named.PREFERRED, profile=needs) == "no vision"
    assert reason(PAID, named=Named.PINNED, profile=needs) is None
    explicit = Criteria(required_capabilities=frozenset({VISION}))
    assert reason(PAID, explicit, named=Named.PINNED) == "no vision"


@pytest.mark.parametrize("sees", [True, False])
def test_a_pinned_model_gets_no_picture_that_its_provider_says_cannot_go_in(sees: bool) -> None:
    model = make_model(inputs_stated=True, capabilities=frozenset({VISION} if sees else ()))

    told = reason(model, named=Named.PINNED, profile={"needs": frozenset({VISION, TOOLS})})
    assert told == (None if sees else "no vision")
    assert reason(model, named=Named.PINNED, profile={"needs": frozenset({TOOLS})}) is None


def test_a_pinned_model_may_give_a_short_answer_under_a_budget() -> None:
    long_answer = {"output_tokens": 10_000}
    left = Decimal("0.01")

    assert reason(PAID, profile=long_answer, limit_left=left) is not None
    assert reason(PAID, profile=long_answer, limit_left=left, named=Named.PINNED) is None
