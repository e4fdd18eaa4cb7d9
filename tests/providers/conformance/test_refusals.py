"""The error table: the same conditions are the same failures at every provider, in whatever words they come."""

from typing import Any

import httpx
import pytest

from fake_dialect import KEY, Dialect
from fake_dialects import DIALECTS
from fake_refusals import Refusal
from fake_wire import Wire, failure_of, make_call
from fakes import FakeClock
from modeldeck.domain.errors import ErrorKind, Failure
from modeldeck.domain.request import Params
from modeldeck.ports import Provider

TELLABLE = {
    ErrorKind.AUTH, ErrorKind.FORBIDDEN, ErrorKind.NOT_FOUND, ErrorKind.CONTEXT, ErrorKind.PARAMETER,
    ErrorKind.RATE_MINUTE, ErrorKind.OVERLOADED,
}  # fmt: skip
"""Conditions that every protocol can tell; local runtimes know neither money nor days."""


async def fail(dialect: Dialect, provider: Provider, params: Params | None = None) -> Failure:
    failure = await failure_of(provider, make_call(dialect.model, params=params))
    assert KEY not in repr(failure)
    return failure


def test_every_condition_has_its_samples(dialect: Dialect) -> None:
    kinds = {refusal.kind for refusal in dialect.refusals}
    assert kinds >= TELLABLE
    if dialect.vendor.needs_key:
        assert ErrorKind.CREDIT in kinds


@pytest.mark.parametrize(
    ("name", "refusal"),
    [
        pytest.param(name, refusal, id=f"{name}-{refusal.kind}-{refusal.status}-{number}")
        for name, dialect in DIALECTS.items()
        for number, refusal in enumerate(dialect.refusals)
    ],
)
async def test_a_refusal(wire: Wire, clock: FakeClock, name: str, refusal: Refusal) -> None:
    dialect = DIALECTS[name]
    dialect.serve(wire, lambda _: refusal.response(KEY))
    provider = wire.provider(dialect.name, clock, environment=dict.fromkeys(dialect.vendor.keys, KEY))
    failure = await fail(dialect, provider, Params(temperature=0.0))
    assert (failure.kind, failure.status) == (refusal.kind, refusal.status)
    assert failure.parameter == refusal.parameter
    assert failure.message
    if refusal.wait_s is not None:
        assert failure.retry_after_s == refusal.wait_s
        assert failure.resets_at is not None


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (httpx.ConnectError(f"refused {KEY}"), ErrorKind.UNREACHABLE),
        (httpx.ConnectTimeout("slow"), ErrorKind.TIMEOUT),
        (httpx.ReadTimeout("slow"), ErrorKind.TIMEOUT),
    ],
)
async def test_a_server_that_is_not_reached(
    wire: Wire, dialect: Dialect, provider: Provider, error: httpx.TransportError, kind: ErrorKind
) -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        raise error

    dialect.serve(wire, refuse)
    failure = await fail(dialect, provider)
    assert failure.kind is kind
    assert dialect.vendor.title in failure.message


@pytest.mark.parametrize("target", [{"location": f"https://elsewhere/?key={KEY}"}, {}])
async def test_a_redirect_is_not_followed(
    wire: Wire, dialect: Dialect, provider: Provider, target: dict[str, Any]
) -> None:
    dialect.serve(wire, lambda _: httpx.Response(302, headers=target))
    failure = await fail(dialect, provider)
    assert failure.kind is ErrorKind.MALFORMED
    assert len(wire.asked(dialect.chat_path)) == 1
    assert wire.requests[-1].url.host != "elsewhere"
