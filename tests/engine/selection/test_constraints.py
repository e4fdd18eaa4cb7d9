"""What rules a model out, each with its reason."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from fake_constraints import FAST, FREE, LOCAL, LONG, PAID, TOOLS, UNKNOWN, VISION, reason
from fakes import START, local_model, make_model, make_policy, make_profile, make_situation
from modeldeck.domain.hardware import Hardware, Memory
from modeldeck.domain.model import Model
from modeldeck.domain.pricing import PriceOverride, Pricing
from modeldeck.domain.selection import RejectionGroup
from modeldeck.domain.task import Criteria
from modeldeck.engine.selection.constraints import rejection
from modeldeck.engine.selection.situation import is_fast
from modeldeck.ports import Experience


@pytest.mark.parametrize("model", [FREE, LOCAL, PAID, UNKNOWN], ids=lambda model: model.id)
def test_without_any_trouble_every_model_passes(model: Model) -> None:
    assert reason(model) is None


@pytest.mark.parametrize(
    ("model", "situation", "text", "group"),
    [
        pytest.param(PAID, {"usable": {"cloud": False}}, "no key", RejectionGroup.NO_KEY, id="no key"),
        pytest.param(PAID, {"usable": {}}, "provider cloud is not enabled", RejectionGroup.DISABLED, id="disabled"),
        pytest.param(
            PAID, {"cut_off": {"cloud"}}, "the network is switched off", RejectionGroup.DISABLED, id="no network"
        ),
        pytest.param(PAID, {"hidden": {PAID.id}}, "hidden", RejectionGroup.HIDDEN, id="hidden in the program"),
        pytest.param(make_model(hidden=True), {}, "hidden", RejectionGroup.HIDDEN, id="hidden by settings"),
        pytest.param(make_model(text_output=False), {}, "no text output", RejectionGroup.CAPABILITY, id="no text"),
        pytest.param(
            make_model(expires=date(2026, 8, 31)), {}, "ended on 2026-08-31", RejectionGroup.STALE, id="ended"
        ),
        pytest.param(LOCAL, {"stale": {"home"}}, "home does not answer", RejectionGroup.STALE, id="local and silent"),
        pytest.param(
            PAID, {"excluded": {PAID.id: "cooldown 43 s"}}, "cooldown 43 s", RejectionGroup.COOLDOWN, id="cooldown"
        ),
        pytest.param(
            PAID, {"excluded": {"cloud": "no credit left"}}, "no credit left", RejectionGroup.COOLDOWN, id="provider"
        ),
        pytest.param(
            FREE,
            {"excluded": {"cloud:free": "quota 0/50 until 00:00 UTC"}},
            "quota 0/50 until 00:00 UTC",
            RejectionGroup.QUOTA,
            id="free quota",
        ),
    ],
)
def test_what_stands_against_a_model_now(
    model: Model, situation: dict[str, Any], text: str, group: RejectionGroup
) -> None:
    found = rejection(model, make_policy(), make_profile(), make_situation(model, **situation))

    assert found is not None
    assert (found.model, found.reason, found.group) == (model.id, text, group)


@pytest.mark.parametrize(
    ("model", "situation"),
    [
        pytest.param(make_model(expires=date(2026, 9, 1)), {}, id="its last day"),
        pytest.param(PAID, {"stale": {"cloud"}}, id="a remote list that is old"),
        pytest.param(PAID, {"excluded": {"cloud:free": "quota 0/50"}}, id="another's quota"),
        pytest.param(
            make_model("cloud/stealth", price=("0", "0")), {"excluded": {"cloud:free": "quota"}}, id="only zero now"
        ),
    ],
)
def test_what_does_not_stand_against_a_model(model: Model, situation: dict[str, Any]) -> None:
    assert reason(model, **situation) is None


@pytest.mark.parametrize(
    ("model", "criteria", "text"),
    [
        pytest.param(PAID, Criteria(required_capabilities=frozenset({TOOLS})), "no tools", id="tools"),
        pytest.param(PAID, Criteria(required_capabilities=frozenset({FAST})), "no fast", id="fast"),
        pytest.param(
            make_model(context=100_000), Criteria(required_capabilities=frozenset({LONG})), "no long-context", id="long"
        ),
        pytest.param(make_model(context=8_000), Criteria(context_needed=12_000), "context 8k < 12k", id="context"),
        pytest.param(make_model(context=12_001), Criteria(context_needed=12_040), "context 12001 < 12040", id="close"),
        pytest.param(PAID, Criteria(free_only=True), "not free", id="paid"),
        pytest.param(UNKNOWN, Criteria(free_only=True), "price unknown, so not free", id="unknown is not free"),
        pytest.param(FREE, Criteria(local_only=True), "not local", id="remote"),
        pytest.param(
            make_model(logs_prompts=True), Criteria(deny_training=True), "may log or train on prompts", id="training"
        ),
        pytest.param(PAID, Criteria(max_cost_usd=Decimal("0.0001")), "costs $0.00070 > $0.00010", id="this call"),
        pytest.param(UNKNOWN, Criteria(max_cost_usd=Decimal(1)), "price unknown and a maximum is set", id="unknown"),
        pytest.param(
            PAID,
            Criteria(max_cost_per_1k_tokens=Decimal("0.001")),
            "costs $0.0023 > $0.0010 per 1k tokens",
            id="per 1k tokens",
        ),
        pytest.param(
            PAID,
            Criteria(max_cost_per_token=Decimal("0.000002")),
            "listed at $0.0000030 > $0.0000020 per token",
            id="per token",
        ),
        pytest.param(
            make_model(latency_ms=3_400.0), Criteria(max_latency_ms=2_000), "latency 3400 ms > 2000 ms", id="latency"
        ),
        pytest.param(make_model(quality=0.41), Criteria(min_quality=0.6), "quality 0.41 < 0.60", id="quality"),
    ],
)
def test_criteria_reject_with_their_reason(model: Model, criteria: Criteria, text: str) -> None:
    assert reason(model, criteria) == text


@pytest.mark.parametrize(
    ("model", "criteria"),
    [
        pytest.param(make_model(latency_ms=None), Criteria(max_latency_ms=1), id="latency is unknown"),
        pytest.param(LOCAL, Criteria(free_only=True), id="local costs nothing"),
        pytest.param(LOCAL, Criteria(max_cost_per_token=Decimal(0)), id="local has no price per token"),
        pytest.param(make_model(quality=0.6), Criteria(min_quality=0.6), id="exactly good enough"),
        pytest.param(PAID, Criteria(max_cost_usd=Decimal("0.0007")), id="exactly the maximum"),
        pytest.param(PAID, Criteria(fits_hardware=True), id="remote models need no hardware"),
    ],
)
def test_criteria_that_do_not_reject(model: Model, criteria: Criteria) -> None:
    assert reason(model, criteria) is None


@pytest.mark.parametrize("model", [FREE, LOCAL], ids=lambda model: model.id)
def test_at_a_free_only_provider_what_costs_nothing_is_used(model: Model) -> None:
    assert reason(model, free_only={model.provider}) is None


def test_own_measurements_go_before_declared_latency() -> None:
    model = make_model(latency_ms=3_000.0)
    measured = Experience(model.id, None, calls=5, successes=5, latency_ms=800.0)

    assert reason(model, Criteria(max_latency_ms=1_000), experience={model.id: measured}) is None


def test_a_single_call_is_no_measurement_yet() -> None:
    model = make_model(latency_ms=800.0)
    once = Experience(model.id, None, calls=1, successes=1, latency_ms=3_000.0)

    assert reason(model, Criteria(max_latency_ms=1_000), experience={model.id: once}) is None


@pytest.mark.parametrize(("speed", "fast"), [(10.0, False), (200.0, True)])
def test_own_measurements_decide_what_is_fast(speed: float, fast: bool) -> None:
    model = make_model("cloud/flash", capabilities=frozenset({FAST}))
    measured = Experience(model.id, None, calls=5, successes=5, tokens_per_second=speed)

    assert is_fast(model, make_situation(model, experience={model.id: measured})) is fast


def test_what_the_prompt_needs_is_required_too() -> None:
    needs = {"needs": frozenset({VISION})}

    assert reason(PAID, profile=needs) == "no vision"
    assert reason(make_model(capabilities=frozenset({VISION})), profile=needs) is None


def test_a_long_prompt_needs_room_for_the_answer() -> None:
    assert reason(make_model(context=8_000), profile={"input_tokens": 7_900}) == "context 8k < 8.1k"


def test_an_unknown_window_will_do_for_a_short_prompt_only() -> None:
    unknown = make_model(context=None)

    assert reason(unknown) is None
    long = {"input_tokens": 150_000, "needs": frozenset({LONG})}
    assert reason(unknown, profile=long) == "context unknown, 150k needed"


@pytest.mark.parametrize(
    ("model", "left", "text"),
    [
        (PAID, "0.0006", "over budget: $0.00070 needed, $0.00060 left"),
        (PAID, "0.0007", None),
        (PAID, "-1", "over budget: $0.00070 needed, $0.00 left"),
        (FREE, "0", None),
        (LOCAL, "-1", None),
        (UNKNOWN, "5", "price unknown and a budget is set"),
    ],
)
def test_a_budget(model: Model, left: str, text: str | None) -> None:
    assert reason(model, limit_left=Decimal(left)) == text


@pytest.mark.parametrize(("rule", "passes"), [("allow", True), ("ask", False), ("deny", False)])
def test_unknown_prices_under_a_budget(rule: str, passes: bool) -> None:
    assert (reason(UNKNOWN, limit_left=Decimal(5), unknown_price=rule) is None) is passes


def test_a_price_that_rises_with_the_length_counts_as_it_will_be() -> None:
    pricing = Pricing(Decimal(0), Decimal(0), overrides=(PriceOverride(min_input_tokens=1_000, input=Decimal("1e-6")),))
    model = make_model("cloud/mostly:free", pricing=pricing)

    assert reason(model, Criteria(free_only=True)) is None
    assert reason(model, Criteria(free_only=True), profile={"input_tokens": 2_000}) == "not free"


def test_a_local_model_that_does_not_fit_says_how_much_is_missing() -> None:
    large = local_model("home/large-70b", size_bytes=42_000_000_000)
    hardware = Hardware(START, memory=Memory(total=32_000_000_000, available=24_000_000_000))

    text = reason(large, Criteria(fits_hardware=True), hardware=hardware)

    assert text is not None
    assert text.startswith("does not fit: ")
    assert "GB" in text


def test_without_a_reading_nothing_local_is_said_to_fit() -> None:
    assert reason(LOCAL, Criteria(fits_hardware=True)) == "fit unknown: the hardware is not read"


@pytest.mark.parametrize(
    ("safety", "told"),
    [(None, "safety unknown < 0.80"), (0.7, "safety 0.70 < 0.80"), (0.8, None), (1.0, None)],
)
def test_the_least_safety_passes_only_what_is_known_to_be_safe(safety: float | None, told: str | None) -> None:
    assert reason(make_model(safety=safety), Criteria(min_safety=0.8)) == told


EACH_CRITERION: list[tuple[Criteria, Model, dict[str, Any], str]] = [
    (Criteria(required_capabilities=[TOOLS]), PAID, {}, "no tools"),
    (Criteria(max_cost_per_1k_tokens=0.001), PAID, {}, "costs $0.0023 > $0.0010 per 1k tokens"),
    (Criteria(max_cost_per_token="0.000002"), PAID, {}, "listed at $0.0000030 > $0.0000020 per token"),
    (Criteria(max_cost_usd=0.0005), PAID, {}, "costs $0.00070 > $0.00050"),
    (Criteria(max_latency_ms=2000), make_model(latency_ms=2500), {}, "latency 2500 ms > 2000 ms"),
    (Criteria(min_quality=0.7), make_model(quality=0.41), {}, "quality 0.41 < 0.70"),
    (Criteria(min_safety=0.7), make_model(safety=0.41), {}, "safety 0.41 < 0.70"),
    (Criteria(context_needed=200_000), PAID, {}, "context 128k < 200k"),
    (Criteria(free_only=True), PAID, {}, "not free"),
    (Criteria(local_only=True), PAID, {}, "not local"),
    (Criteria(deny_training=True), make_model(logs_prompts=True), {}, "may log or train on prompts"),
    (Criteria(fits_hardware=True), LOCAL, {}, "fit unknown: the hardware is not read"),
]


@pytest.mark.parametrize(
    ("criteria", "model", "situation", "told"), EACH_CRITERION, ids=[each[3] for each in EACH_CRITERION]
)
def test_each_criterion_says_what_it_refuses_and_lets_the_rest_pass(
    criteria: Criteria, model: Model, situation: dict[str, Any], told: str
) -> None:
    assert reason(model, criteria, **situation) == told
    assert reason(model, Criteria(), **situation) is None


def test_a_limit_on_everything_refuses_everything() -> None:
    assert reason(LOCAL, excluded={"all": "quota of all requests 0/1 until 00:00 UTC"}) == (
        "quota of all requests 0/1 until 00:00 UTC"
    )


def test_only_loaded_local_models_may_be_asked_when_no_more_may_be_loaded() -> None:
    full = "2 of 2 local models loaded"
    assert reason(LOCAL, loaded_full=full) == full
    assert reason(LOCAL, loaded_full=full, loaded={LOCAL.id}) is None
    assert reason(PAID, loaded_full=full) is None
