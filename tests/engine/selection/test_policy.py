from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes import make_profile
from modeldeck.domain.errors import UsageError
from modeldeck.domain.model import Capability
from modeldeck.domain.profile import Specialization
from modeldeck.domain.request import make_request
from modeldeck.domain.settings import PrivacySettings, SelectionSettings, Settings
from modeldeck.domain.state import DeckState
from modeldeck.domain.task import Criteria, Mode, Policy, Strategy, Task, Tier
from modeldeck.engine.selection.policy import as_score, resolve_policy, stricter, task_name_for

TASK = Task(name="mine", purpose="a test")


def policy_of(
    *, task: Task = TASK, settings: Settings | None = None, state: DeckState | None = None, **fields: Any
) -> Policy:
    return resolve_policy(make_request("hello", **fields), task, settings or Settings(), state or DeckState())


@pytest.mark.parametrize(
    ("fields", "mode", "model"),
    [
        pytest.param({}, Mode.AUTO, None, id="the task's mode"),
        pytest.param({"model": "m"}, Mode.MANUAL, "m", id="a model means manual"),
        pytest.param({"preferred": "p"}, Mode.HYBRID, "p", id="a preferred model means hybrid"),
        pytest.param({"model": "m", "preferred": "p"}, Mode.MANUAL, "m", id="the model goes first"),
        pytest.param({"model": "m", "mode": Mode.HYBRID}, Mode.HYBRID, "m", id="the stated mode rules"),
        pytest.param({"model": "m", "preferred": "p", "mode": Mode.HYBRID}, Mode.HYBRID, "p", id="hybrid prefers"),
        pytest.param({"preferred": "p", "mode": Mode.MANUAL}, Mode.MANUAL, "p", id="manual takes what there is"),
        pytest.param({"model": "m", "mode": Mode.AUTO}, Mode.AUTO, None, id="auto names none"),
        pytest.param({"mode": Mode.HYBRID}, Mode.HYBRID, None, id="hybrid without any model"),
    ],
)
def test_mode_and_model_from_the_request(fields: dict[str, Any], mode: Mode, model: str | None) -> None:
    policy = policy_of(**fields)

    assert (policy.mode, policy.model) == (mode, model)


@pytest.mark.parametrize(
    ("fields", "mode", "model"),
    [
        ({}, Mode.MANUAL, "t"),
        ({"model": "m"}, Mode.MANUAL, "m"),
        ({"preferred": "p"}, Mode.HYBRID, "p"),
        ({"mode": Mode.HYBRID}, Mode.HYBRID, "t"),
        ({"mode": Mode.AUTO}, Mode.AUTO, None),
    ],
)
def test_the_request_goes_before_the_tasks_model(fields: dict[str, Any], mode: Mode, model: str | None) -> None:
    policy = policy_of(task=replace(TASK, mode=Mode.MANUAL, model="t"), **fields)

    assert (policy.mode, policy.model) == (mode, model)


def test_the_default_model_is_preferred_when_hybrid_names_none() -> None:
    settings = Settings(selection=SelectionSettings(default_model="d"))

    assert policy_of(settings=settings, mode=Mode.HYBRID).model == "d"
    assert policy_of(settings=settings, mode=Mode.AUTO).model is None


def test_manual_mode_without_a_model_is_a_usage_error() -> None:
    with pytest.raises(UsageError):
        policy_of(mode=Mode.MANUAL)


@pytest.mark.parametrize(
    ("fields", "mode", "model"),
    [
        ({"infer_task": True}, Mode.MANUAL, "s"),
        ({}, Mode.AUTO, None),
        ({"infer_task": True, "mode": Mode.AUTO}, Mode.AUTO, None),
        ({"infer_task": True, "model": "m"}, Mode.MANUAL, "m"),
    ],
)
def test_the_mode_chosen_in_the_program_is_the_playgrounds(
    fields: dict[str, Any], mode: Mode, model: str | None
) -> None:
    policy = policy_of(state=DeckState(mode=Mode.MANUAL, preferred="s"), **fields)

    assert (policy.mode, policy.model) == (mode, model)


@pytest.mark.parametrize(
    ("fields", "task", "strategy"),
    [
        pytest.param({}, TASK, Strategy.SPEED, id="settings"),
        pytest.param({}, replace(TASK, strategy=Strategy.COST), Strategy.COST, id="task"),
        pytest.param({}, replace(TASK, require_quality=True), Strategy.QUALITY, id="task wants quality"),
        pytest.param(
            {}, replace(TASK, require_quality=True, strategy=Strategy.COST), Strategy.COST, id="task says how"
        ),
        pytest.param({"require_quality": True}, replace(TASK, strategy=Strategy.COST), Strategy.QUALITY, id="request"),
        pytest.param({"strategy": "cost", "require_quality": True}, TASK, Strategy.COST, id="stated"),
        pytest.param({"strategy": "performance_based"}, TASK, Strategy.QUALITY, id="alias"),
    ],
)
def test_the_strategy(fields: dict[str, Any], task: Task, strategy: Strategy) -> None:
    settings = Settings(selection=SelectionSettings(strategy=Strategy.SPEED))

    assert policy_of(task=task, settings=settings, **fields).strategy == strategy


def test_an_unknown_strategy_names_what_is_allowed() -> None:
    with pytest.raises(UsageError, match="balanced"):
        policy_of(strategy="luck")


def test_tier_flags_and_settings_are_laid_over_each_other() -> None:
    task = replace(TASK, tier=Tier.BUDGET, require_fast=True)
    settings = Settings(
        selection=SelectionSettings(free_first=False, fallback_mode="none"), privacy=PrivacySettings(deny_training=True)
    )

    policy = policy_of(task=task, settings=settings, tier=Tier.PREMIUM, require_quality=True)

    assert policy.tier is Tier.PREMIUM
    assert policy.require_fast
    assert policy.require_quality
    assert not policy.free_first
    assert policy.fallback_mode == "none"
    assert policy.criteria.deny_training
    assert policy_of(task=task, settings=settings, fallback_mode="auto").fallback_mode == "auto"


def test_criteria_of_request_and_task_hold_both() -> None:
    one = Criteria(
        required_capabilities=frozenset({Capability.TOOLS}),
        max_cost_usd=Decimal("0.5"),
        min_quality=0.3,
        context_needed=8_000,
        free_only=True,
    )
    other = Criteria(
        required_capabilities=frozenset({Capability.VISION}),
        max_cost_usd=Decimal("0.1"),
        max_latency_ms=900.0,
        min_quality=0.7,
        local_only=True,
    )

    assert stricter(one, other) == Criteria(
        required_capabilities=frozenset({Capability.TOOLS, Capability.VISION}),
        max_cost_usd=Decimal("0.1"),
        max_latency_ms=900.0,
        min_quality=0.7,
        context_needed=8_000,
        free_only=True,
        local_only=True,
    )


limits = st.none() | st.decimals(0, 10, places=3)
criteria = st.builds(
    Criteria,
    required_capabilities=st.frozensets(st.sampled_from(Capability)),
    max_cost_per_1k_tokens=limits,
    max_cost_per_token=limits,
    max_cost_usd=limits,
    max_latency_ms=st.none() | st.floats(0, 1e5),
    min_quality=st.none() | st.floats(0, 1),
    context_needed=st.none() | st.integers(0, 10**7),
    free_only=st.booleans(),
    local_only=st.booleans(),
    deny_training=st.booleans(),
    fits_hardware=st.booleans(),
)


@given(criteria, criteria)
def test_the_order_of_two_criteria_does_not_matter(one: Criteria, other: Criteria) -> None:
    assert stricter(one, other) == stricter(other, one)


@given(criteria)
def test_no_criteria_add_nothing(one: Criteria) -> None:
    assert stricter(one, Criteria()) == one
    assert stricter(one, one) == one


@pytest.mark.parametrize(("value", "score"), [(None, None), (0, 0), (0.7, 0.7), (1, 1), (7, 0.7), (10, 1)])
def test_marks_out_of_ten_become_scores(value: float | None, score: float | None) -> None:
    assert as_score(value) == (None if score is None else pytest.approx(score))


@pytest.mark.parametrize("value", [-0.1, 10.5, float("nan"), float("inf")])
def test_other_scores_are_out_of_range(value: float) -> None:
    with pytest.raises(UsageError):
        as_score(value)


@pytest.mark.parametrize(
    ("kind", "probability", "name"),
    [
        (Specialization.CODING, 0.9, "coding"),
        (Specialization.SUMMARIZATION, 0.5, "summarization"),
        (Specialization.CODING, 0.49, "chat"),
        (Specialization.CHAT, 0.2, "chat"),
    ],
)
def test_the_inferred_task(kind: Specialization, probability: float, name: str) -> None:
    rest = {Specialization.QA: 1 - probability}

    assert task_name_for(make_profile(kind, probabilities={**rest, kind: probability})) == name


DEFAULT_MODEL = Settings(selection=SelectionSettings(default_model="cloud/usual"))


@pytest.mark.parametrize(
    ("task", "state", "expected"),
    [
        pytest.param(Task(name="t", purpose=""), DeckState(), (Mode.HYBRID, "cloud/usual"), id="nothing else was said"),
        pytest.param(Task(name="t", purpose="", source="deck.toml"), DeckState(), (Mode.AUTO, None), id="assigned"),
        pytest.param(Task(name="t", purpose=""), DeckState(mode=Mode.AUTO), (Mode.AUTO, None), id="auto was chosen"),
    ],
)
def test_the_default_model_is_preferred_where_nothing_else_was_said(
    task: Task, state: DeckState, expected: tuple[Mode, str | None]
) -> None:
    policy = resolve_policy(make_request("Hi", infer_task=True), task, DEFAULT_MODEL, state)
    assert (policy.mode, policy.model) == expected
