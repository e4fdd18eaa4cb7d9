from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from fake_terminal import Terminal
from fakes import World
from modeldeck.domain.quota import Quota
from modeldeck.domain.settings import BudgetSettings


@pytest.fixture
def limited(market: World) -> World:
    budget = BudgetSettings(day_usd=Decimal("0.5"), session_usd=Decimal("0.0001"))
    market.settings = replace(market.settings, budget=budget)
    return market


def test_every_amount_is_a_decimal_string(cli: Terminal, limited: World) -> None:
    row = cli("budget", "--json").json
    assert set(row) >= {"limits", "spent", "reserved", "remaining"}
    assert row["limits"] == {"session": "0.0001", "day": "0.5"}
    assert row["spent"] == {"session": "0", "day": "0", "month": "0"}
    assert row["remaining"] == {"session": "0.0001", "day": "0.5"}


def test_check_tells_by_its_exit_code(cli: Terminal, limited: World) -> None:
    assert cli("budget", "--check").code == 0
    limited.settings = replace(limited.settings, budget=BudgetSettings(month_usd=Decimal(0)))
    checked = cli("budget", "--check", "--json")
    assert (checked.code, checked.json["remaining"]) == (1, {"month": "0"})
    assert "month" in checked.err
    assert cli("budget").code == 0


def test_without_limits_it_says_how_to_set_one(cli: Terminal) -> None:
    result = cli("budget")
    assert (result.code, "day_usd" in result.err) == (0, True)
    assert cli("budget", "--json").json["remaining"] == {}


def test_quotas_as_last_seen(cli: Terminal, market: World) -> None:
    assert cli("quota", "--json").json == []
    assert "No provider" in cli("quota").err
    reset = datetime(2026, 9, 2, tzinfo=UTC)
    market.limits.put_quota(Quota("cloud:free", "requests_day", 50, 12, 38, reset))
    assert cli("quota", "--json").json == [
        {
            "scope": "cloud:free",
            "kind": "requests_day",
            "limit": 50,
            "used": 12,
            "remaining": 38,
            "resets_at": "2026-09-02T00:00:00+00:00",
        }
    ]
    assert "requests per day" in cli("quota").out
