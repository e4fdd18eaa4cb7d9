"""The error table as decisions: what is tried after which failure."""

from datetime import timedelta
from random import Random

import pytest

from fakes import START, failure, free_model, local_model, make_model
from modeldeck.domain.errors import ErrorKind, Failure
from modeldeck.domain.model import Model
from modeldeck.domain.request import Params
from modeldeck.engine.running.route import Route

A = make_model("cloud/a", context=8_000)
B = make_model("cloud/b", context=4_000)
C = make_model("other/c", context=32_000)
FREE_1, FREE_2 = free_model("cloud/one:free"), free_model("cloud/two:free")


def route(*models: Model, params: Params = Params(), retries: int = 3, wait_s: float = 30.0) -> Route:
    made = Route(models, params, max_retries=retries, max_wait_s=wait_s, random=Random(3))
    made.first()
    return made


def following(made: Route, happened: Failure, model: Model) -> str | None:
    step = made.after(happened, model, START)
    return None if step is None else step.model.id


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (ErrorKind.AUTH, "other/c"),
        (ErrorKind.CREDIT, "other/c"),
        (ErrorKind.FORBIDDEN, "cloud/b"),
        (ErrorKind.NOT_FOUND, "cloud/b"),
        (ErrorKind.CONTEXT, "other/c"),
        (ErrorKind.PARAMETER, None),
        (ErrorKind.RATE_MINUTE, "cloud/b"),
        (ErrorKind.OVERLOADED, "cloud/b"),
        (ErrorKind.UNREACHABLE, "cloud/b"),
        (ErrorKind.TIMEOUT, "cloud/b"),
        (ErrorKind.MALFORMED, "cloud/b"),
        (ErrorKind.BROKEN_STREAM, "cloud/b"),
        (ErrorKind.EMPTY, "cloud/b"),
    ],
)
def test_next_model_by_the_error_table(kind: ErrorKind, expected: str | None) -> None:
    assert following(route(A, B, C), failure(kind), A) == expected


@pytest.mark.parametrize(
    "kind", [kind for kind in ErrorKind if kind not in (ErrorKind.OVERLOADED, ErrorKind.RATE_MINUTE)]
)
def test_one_model_alone_is_not_asked_twice(kind: ErrorKind) -> None:
    assert following(route(A), failure(kind), A) is None


def test_day_limit_skips_every_model_of_its_scope() -> None:
    happened = failure(ErrorKind.RATE_DAY, scope="cloud:free")
    assert following(route(FREE_1, FREE_2, A), happened, FREE_1) == A.id
    assert following(route(FREE_1, FREE_2), happened, FREE_1) is None


def test_skipped_models_do_not_come_back_later() -> None:
    made = route(FREE_1, FREE_2, A, C)
    made.after(failure(ErrorKind.RATE_DAY, scope="cloud:free"), FREE_1, START)
    assert following(made, failure(ErrorKind.OVERLOADED), A) == C.id


def test_longer_prompt_needs_a_model_that_is_known_to_hold_more() -> None:
    unknown = make_model("cloud/unknown", context=None)
    assert following(route(A, B, unknown), failure(ErrorKind.CONTEXT), A) is None


def test_attempts_end_after_the_retries() -> None:
    made = route(A, B, C, local_model(), retries=2)
    assert following(made, failure(ErrorKind.TIMEOUT), A) == B.id
    assert following(made, failure(ErrorKind.TIMEOUT), B) == C.id
    assert following(made, failure(ErrorKind.TIMEOUT), C) is None


def test_minute_limit_of_the_only_model_is_waited_for_once() -> None:
    made = route(A)
    happened = failure(ErrorKind.RATE_MINUTE, resets_at=START + timedelta(seconds=20))
    step = made.after(happened, A, START)
    assert step is not None
    assert (step.model, step.wait_s) == (A, 20.0)
    assert made.after(happened, A, START) is None


def test_minute_limit_that_ends_too_late_is_not_waited_for() -> None:
    assert following(route(A), failure(ErrorKind.RATE_MINUTE, retry_after_s=31), A) is None


def test_overloaded_only_model_is_tried_again_with_growing_pauses() -> None:
    made = route(A)
    waits = []
    for _ in range(3):
        step = made.after(failure(ErrorKind.OVERLOADED), A, START)
        assert step is not None
        assert step.model is A
        waits.append(step.wait_s)
    assert waits == sorted(waits)
    assert 0.5 <= waits[0] <= 1.0
    assert made.after(failure(ErrorKind.OVERLOADED), A, START) is None


@pytest.mark.parametrize(
    ("wire_name", "expected"),
    [
        ("temperature", Params(max_tokens=10)),
        ("max_completion_tokens", Params(temperature=0.5)),
        ("max_tokens", Params(temperature=0.5)),
    ],
)
def test_refused_parameter_is_left_out_once(wire_name: str, expected: Params) -> None:
    made = route(A, B, params=Params(max_tokens=10, temperature=0.5))
    step = made.after(failure(ErrorKind.PARAMETER, parameter=wire_name), A, START)
    assert step is not None
    assert (step.model, step.params) == (A, expected)
    assert made.after(failure(ErrorKind.PARAMETER, parameter="temperature"), A, START) is None


@pytest.mark.parametrize(
    ("wire_name", "expected"),
    [
        ("thinking.type.enabled", Params(json_schema={})),
        ("reasoning.effort", Params(json_schema={})),
        ("output_config.effort", Params(json_schema={})),
        ("output_config.format.schema", Params(reasoning="low")),
        ("response_format.json_schema.strict", Params(reasoning="low")),
    ],
)
def test_of_a_path_the_longest_known_part_says_what_is_left_out(wire_name: str, expected: Params) -> None:
    made = route(A, params=Params(reasoning="low", json_schema={}))
    step = made.after(failure(ErrorKind.PARAMETER, parameter=wire_name), A, START)
    assert step is not None
    assert step.params == expected


@pytest.mark.parametrize("kind", [ErrorKind.OVERLOADED, ErrorKind.RATE_MINUTE])
def test_what_cannot_succeed_later_is_not_tried_again_but_elsewhere(kind: ErrorKind) -> None:
    hopeless = failure(kind, retryable=False)
    assert following(route(A), hopeless, A) is None
    assert following(route(A, B), hopeless, A) == B.id


@pytest.mark.parametrize("wire_name", [None, "seed", "stream_options"], ids=["unnamed", "not set", "not ours"])
def test_parameter_that_cannot_be_left_out_ends_the_run(wire_name: str | None) -> None:
    made = route(A, B, params=Params(temperature=0.5))
    assert following(made, failure(ErrorKind.PARAMETER, parameter=wire_name), A) is None
