"""Hundreds of mixed attempts through the simulated provider and the real database: no nano-dollar is lost."""

import asyncio
import random
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest

from fakes import FakeClock
from modeldeck.domain.errors import DeckError
from modeldeck.domain.pricing import to_nano
from modeldeck.domain.run import TextDelta
from modeldeck.domain.usage import GroupBy, PeriodName, Totals
from modeldeck.engine.launch import Options
from modeldeck.main import Deck, make_parts

RUNS = 240
AT_ONCE = 6
SESSIONS = 4
TASKS = ("default", "coding", "summarization", "my own task", "chat")
MODELS = (
    "lumen/haven", "lumen/haven-max", "ionic/flash-lite", "fjord/deepthink-120b", "cinder/spark-9b:free",
    "hearth/pocket-3b", "nimbus/cloudbreak-alpha", "tidal/current-24b-breaks", "tidal/eddy-24b-breaks-off",
    "willow/hush-9b-empty", "basalt/torrent-32b-flaky", "cinder/spark-14b-limited:free", "cinder/ash-1b-daily:free",
    "compass/wayfinder-router", "maker/brand-new",
)  # fmt: skip
KEYS: dict[GroupBy, Callable[[sqlite3.Row], str]] = {
    "model": lambda row: row["model"],
    "provider": lambda row: row["model"].partition("/")[0],
    "task": lambda row: row["task"],
    "tier": lambda row: row["tier"],
    "mode": lambda row: row["mode"],
    "day": lambda row: row["day"],
}
KILLED = """
import asyncio, os
from modeldeck.main import Deck
from modeldeck.domain.run import TextDelta

async def begin(deck, model, begun):
    async for event in deck.run("Tell me a long story", model=model, task="chat"):
        if isinstance(event, TextDelta):
            await begun.wait()

async def main(deck):
    begun = asyncio.Barrier(3)
    runs = [asyncio.create_task(begin(deck, f"demo/{model}", begun)) for model in ("lumen/haven", "hearth/pocket-3b")]
    await begun.wait()
    os._exit(9)

asyncio.run(main(Deck.open(demo=True)))
"""


@pytest.fixture
def options(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Options:
    monkeypatch.setenv("MODELDECK_DEMO_SPEED", "0")
    monkeypatch.setenv("MODELDECK_DEMO_SEED", "7")
    monkeypatch.setenv("MODELDECK_CONFIG_DIR", str(tmp_path))
    monkeypatch.setenv("MODELDECK_DATA_DIR", str(tmp_path))
    return Options(simulated=True)


def test_totals_are_the_sums_of_the_rows_in_every_grouping(options: Options, tmp_path: Path) -> None:
    clock, dice = FakeClock(), random.Random(11)
    for _ in range(SESSIONS):
        with Deck(make_parts(options, clock=clock)) as deck:
            deck.lists.ensure()
            asyncio.run(mixed_load(deck, RUNS // SESSIONS, dice))
        clock.advance(13 * 3600)
    killed = subprocess.run([sys.executable, "-c", KILLED], check=False)
    assert killed.returncode == 9

    with Deck(make_parts(options, clock=clock)) as deck:
        rows = list(attempts(tmp_path / "demo" / "deck.db"))
        statuses = Counter(row["status"] for row in rows)
        assert set(statuses) == {"succeeded", "failed", "cancelled", "interrupted"}
        assert statuses["interrupted"] == 2
        assert len(rows) > 200
        assert {row["cost_status"] for row in rows} >= {"reported", "estimated", "unknown"}
        today = clock.local_day(clock.now())
        periods: dict[PeriodName, str] = {"all": "", "month": today[:7], "today": today}
        for period, prefix in periods.items():
            counted = [row for row in rows if row["day"].startswith(prefix)]
            for by, key in KEYS.items():
                report = deck.money.usage(period, by)
                assert in_nano(report.totals) == summed(counted)
                groups = {group.key: in_nano(group.totals) for group in report.groups}
                assert groups == {name: summed([row for row in counted if key(row) == name]) for name in groups}
                assert set(groups) == {key(row) for row in counted}


async def mixed_load(deck: Deck, runs: int, dice: random.Random) -> None:
    """Runs of every kind, some at the same time; a third of them is stopped after the first text."""
    for start in range(0, runs, AT_ONCE):
        fields = [chosen_fields(dice) for _ in range(min(AT_ONCE, runs - start))]
        await asyncio.gather(*(one_run(deck, each, stop=dice.random() < 1 / 3) for each in fields))
    await deck.disconnect()


def chosen_fields(dice: random.Random) -> dict[str, Any]:
    fields: dict[str, Any] = {"task": dice.choice(TASKS)}
    model = f"demo/{dice.choice(MODELS)}"
    match dice.randrange(4):
        case 0:
            fields["preferred"] = model
        case 1 | 2:
            fields["model"] = model
    return fields


async def one_run(deck: Deck, fields: dict[str, Any], *, stop: bool) -> None:
    try:
        async with aclosing(deck.run("Explain in a table how tides work", **fields)) as events:
            async for event in events:
                if stop and isinstance(event, TextDelta):
                    return
    except DeckError:
        return  # a model whose limit is used up is refused before anything is sent or written down


def attempts(database: Path) -> Iterator[sqlite3.Row]:
    connection = sqlite3.connect(database)
    connection.row_factory = sqlite3.Row
    yield from connection.execute("SELECT * FROM attempts")
    connection.close()


def summed(rows: list[sqlite3.Row]) -> tuple[int, ...]:
    """The totals by hand: counts, tokens and nano-USD."""
    return (
        len(rows),
        sum(row["status"] == "succeeded" for row in rows),
        sum(row["input_tokens"] for row in rows),
        sum(row["output_tokens"] for row in rows),
        sum(row["cached_tokens"] for row in rows),
        sum(row["reasoning_tokens"] for row in rows),
        sum(row["cost_nano"] or 0 for row in rows),
        sum(row["cost_nano"] or 0 for row in rows if row["cost_status"] == "estimated"),
        sum(row["cost_status"] == "unknown" for row in rows),
        sum(row["saved_nano"] or 0 for row in rows),
        sum(row["costs_nothing"] for row in rows),
    )


def in_nano(totals: Totals) -> tuple[int | None, ...]:
    return (
        totals.requests,
        totals.succeeded,
        totals.input_tokens,
        totals.output_tokens,
        totals.cached_tokens,
        totals.reasoning_tokens,
        to_nano(totals.cost_usd),
        to_nano(totals.estimated_usd),
        totals.unpriced_requests,
        to_nano(totals.saved_usd),
        totals.free_requests,
    )
