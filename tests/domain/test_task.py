from decimal import Decimal
from typing import Any

import pytest

from modeldeck.domain.errors import UsageError
from modeldeck.domain.model import Capability
from modeldeck.domain.task import DEFAULT_TASKS, Criteria, Strategy, Tier, parse_strategy


def test_default_tasks_have_names_and_purposes_of_their_own() -> None:
    assert len({task.name for task in DEFAULT_TASKS}) == len(DEFAULT_TASKS) == 15
    assert all(task.purpose for task in DEFAULT_TASKS)


@pytest.mark.parametrize("name", ["classification", "diarization"])
def test_tasks_that_need_quality(name: str) -> None:
    task = next(task for task in DEFAULT_TASKS if task.name == name)
    assert (task.tier, task.require_quality) == (Tier.PREMIUM, True)


@pytest.mark.parametrize("name", ["summarization", "extraction"])
def test_tasks_that_need_speed(name: str) -> None:
    task = next(task for task in DEFAULT_TASKS if task.name == name)
    assert (task.tier, task.require_fast) == (Tier.BUDGET, True)


def test_strategy_aliases() -> None:
    assert parse_strategy("performance_based") is Strategy.QUALITY
    assert parse_strategy("cost") is Strategy.COST
    with pytest.raises(ValueError, match=r"sideways.*balanced"):
        parse_strategy("sideways")


def test_criteria_as_a_script_writes_them() -> None:
    plain: dict[str, Any] = {"required_capabilities": ["tools", "function-calling", "long_context"]}
    plain |= {"max_cost_per_1k_tokens": 0.01, "max_cost_usd": "0.5", "max_cost_per_token": 1}
    criteria = Criteria(**plain)
    assert criteria.required_capabilities == {Capability.TOOLS, Capability.LONG_CONTEXT}
    assert criteria.max_cost_per_1k_tokens == Decimal("0.01")
    assert (criteria.max_cost_usd, criteria.max_cost_per_token) == (Decimal("0.5"), Decimal(1))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("required_capabilities", ["telepathy"]),
        ("required_capabilities", "tools"),
        ("max_cost_usd", -1),
        ("max_cost_usd", "cheap"),
        ("max_cost_per_token", float("nan")),
        ("max_cost_per_1k_tokens", Decimal("Infinity")),
    ],
)
def test_criteria_that_mean_nothing_are_refused_by_name(field: str, value: Any) -> None:
    with pytest.raises(UsageError, match=field):
        Criteria(**{field: value})
