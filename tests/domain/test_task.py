import pytest

from modeldeck.domain.task import DEFAULT_TASKS, Strategy, Tier, parse_strategy


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
