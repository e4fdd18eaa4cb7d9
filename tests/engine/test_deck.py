"""The façade over fakes: lists, states, selecting, asking, money, life."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from fakes import (
    START,
    FakeProbe,
    Hang,
    MemoryLedger,
    MemoryState,
    World,
    failure,
    free_model,
    local_model,
    make_model,
    reply,
)
from modeldeck.domain.call import TextChunk
from modeldeck.domain.errors import BudgetError, ErrorKind, NothingSelectableError, StorageError, UnknownModelError
from modeldeck.domain.hardware import Hardware, LoadedModel, Memory
from modeldeck.domain.loaded import EnvironmentTask
from modeldeck.domain.pricing import CostStatus
from modeldeck.domain.quota import Quota
from modeldeck.domain.request import Message, Request
from modeldeck.domain.run import Finished, RunFailedError, TextDelta
from modeldeck.domain.settings import BudgetSettings, ModelSettings, PrivacySettings, Settings, TierSettings
from modeldeck.domain.state import DeckState
from modeldeck.domain.task import Mode, Tier
from modeldeck.domain.usage import AttemptStatus, Totals, Usage
from modeldeck.engine.deck import Deck

PAID = make_model("cloud/paid", price=("1", "2"))
FREE = free_model("cloud/gratis:free")
HOME = local_model("home/llama:8b")


@pytest.fixture
def stocked(world: World) -> World:
    """One keyed provider with a paid and a free model, and one local provider."""
    world.add("cloud", PAID, FREE, scripts={"paid": [reply("Paid.", usage=Usage(100, 50, reported=True))]})
    world.add("home", HOME, local=True)
    return world


@pytest.fixture
def deck(stocked: World) -> Iterator[Deck]:
    with Deck(stocked.parts()) as opened:
        yield opened


# life


def test_opening_shows_the_stored_lists_settles_the_dead_and_sends_nothing(stocked: World, deck: Deck) -> None:
    assert {model.id for model in deck.catalog.models} == {PAID.id, FREE.id, HOME.id}
    assert stocked.ledger.recovered == 1
    assert stocked.providers["cloud"].listings == 0


def test_lists_of_disabled_providers_are_not_shown(stocked: World) -> None:
    del stocked.providers["cloud"]
    with Deck(stocked.parts()) as deck:
        assert {model.provider for model in deck.catalog.models} == {"home"}


def test_closing_twice_closes_once(stocked: World) -> None:
    deck = Deck(stocked.parts())
    deck.ask("Hello", model=PAID.id)
    deck.close()
    deck.close()
    assert stocked.closed == 1
    assert stocked.providers["cloud"].closed_loops == 1


def test_warnings_speak_of_settings_variables_and_budgets(stocked: World) -> None:
    stocked.settings = Settings(budget=BudgetSettings(day_usd=Decimal("0.0008")))
    stocked.loaded = {
        "warnings": ("careful",),
        "environment_tasks": (EnvironmentTask("coding", "nonsense", "AI_CODING_MODEL"),),
    }
    with Deck(stocked.parts()) as deck:
        assert len(deck.warnings) == 2
        for _ in range(4):
            deck.record(task="chat", model=PAID.id, success=True, cost=Decimal("0.0002"))
        assert [warning.split()[0] for warning in deck.warnings] == ["careful", "AI_CODING_MODEL", "100%"]


def test_tier_lists_that_name_nothing_are_warned_about_once_something_is_listed(stocked: World) -> None:
    tiers = {Tier.PREMIUM: TierSettings(paid=(PAID.id, "nonsense")), Tier.BUDGET: TierSettings(free=("nobody",))}
    stocked.settings = Settings(tiers=tiers)
    stocked.loaded = {"origins": {"tiers.budget.free": "environment MODEL_FREE_BUDGET_*"}}
    with Deck(stocked.parts()) as deck:
        assert deck.warnings == (
            "`tiers.premium.paid` in config.toml names 'nonsense', which no provider lists; it is left out.",
            "MODEL_FREE_BUDGET_* names 'nobody', which no provider lists; it is left out.",
        )
    stocked.cache.listings.clear()
    with Deck(stocked.parts()) as deck:
        assert deck.warnings == ()


# lists


def test_refresh_stores_counts_and_tells_failures_apart_from_absence(stocked: World, deck: Deck) -> None:
    stocked.providers["cloud"].models.append(make_model("cloud/new"))
    stocked.providers["home"].list_failure = failure(ErrorKind.UNREACHABLE)
    stocked.add("broken").list_failure = failure(ErrorKind.MALFORMED, "HTML instead of JSON")
    report = deck.lists.refresh()
    assert report.listed == {"cloud": 3}
    assert report.failed == {"broken": "HTML instead of JSON"}
    assert report.absent == ("home",)
    assert deck.catalog.get("cloud/new") is not None
    assert deck.catalog.get(HOME.id) is not None
    assert deck.catalog.is_provider_stale("home")
    assert deck.standing.status(HOME) == "stale"


def test_what_a_runtime_tells_only_of_loaded_models_is_kept(stocked: World, deck: Deck) -> None:
    home, cloud = stocked.providers["home"], stocked.providers["cloud"]
    home.models = [HOME._replace(size_bytes=572_160, loaded=True)]
    cloud.models = [PAID._replace(parameters=7)]
    deck.lists.refresh()
    home.models = [HOME._replace(context=None, loaded=False)]
    cloud.models = [PAID]
    deck.lists.refresh()
    kept, listed = deck.catalog.get(HOME.id), deck.catalog.get(PAID.id)
    assert kept is not None
    assert (kept.size_bytes, kept.context, kept.loaded) == (572_160, HOME.context, False)
    assert listed is not None
    assert listed.parameters is None


def test_refresh_can_be_limited_to_some_providers(stocked: World, deck: Deck) -> None:
    assert set(deck.lists.refresh(["home"]).listed) == {"home"}
    assert stocked.providers["cloud"].listings == 0


def test_a_provider_that_hangs_fails_after_the_timeout_and_the_others_count(stocked: World, deck: Deck) -> None:
    stocked.providers["cloud"].list_delay_s = 1000
    report = deck.lists.refresh(timeout_s=20)
    assert report.failed == {"cloud": "Cloud did not answer within 20 s."}
    assert set(report.listed) == {"home"}
    assert stocked.clock.elapsed == pytest.approx(20)


def test_lists_that_cannot_be_stored_are_said_at_once(
    stocked: World, deck: Deck, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[str] = []

    def store(provider: str, *_: object) -> None:
        waits.append(provider)
        raise StorageError("The database is locked.")

    monkeypatch.setattr(stocked.cache, "store", store)
    stocked.providers["cloud"].list_delay_s = 1000
    with pytest.raises(StorageError, match="locked"):
        deck.lists.refresh(timeout_s=2000)
    assert waits == ["home"]
    assert stocked.clock.elapsed < 1000


async def test_refresh_works_inside_a_running_loop(deck: Deck) -> None:
    assert set(deck.lists.refresh().listed) == {"cloud", "home"}


def test_ensure_listed_asks_only_who_has_no_list(stocked: World) -> None:
    fresh = stocked.add("fresh", make_model("fresh/one"))
    del stocked.cache.listings["fresh"]
    with Deck(stocked.parts()) as deck:
        assert deck.lists.ensure().listed == {"fresh": 1}
        assert deck.lists.ensure().listed == {}
    assert fresh.listings == 1
    assert stocked.providers["cloud"].listings == 0


def test_ensure_listed_leaves_local_servers_alone_that_do_not_listen(stocked: World) -> None:
    del stocked.cache.listings["home"]
    parts = stocked.parts()
    with Deck(replace(parts, listening=lambda url: url != "http://home.test")) as deck:
        assert deck.lists.ensure().listed == {}
    assert stocked.providers["home"].listings == 0
    with Deck(replace(parts, listening=lambda url: url == "http://home.test")) as deck:
        assert deck.lists.ensure().listed == {"home": 1}


def test_a_provider_without_its_key_is_not_asked_again_soon_after_it_failed(stocked: World) -> None:
    keyless = stocked.add("keyless", needs_key=True, has_key=False)
    keyless.change_info(public_list=True)
    keyless.list_failure = failure(ErrorKind.AUTH)
    del stocked.cache.listings["keyless"]
    with Deck(stocked.parts()) as deck:
        assert set(deck.lists.ensure().failed) == {"keyless"}
        assert deck.lists.ensure().failed == {}
        stocked.clock.advance(600)
        assert set(deck.lists.ensure().failed) == {"keyless"}


def test_who_lists_nothing_without_a_key_is_not_asked_without_one(stocked: World) -> None:
    keyless = stocked.add("keyless", make_model("keyless/m"), needs_key=True, has_key=False)
    del stocked.cache.listings["keyless"]
    with Deck(stocked.parts()) as deck:
        assert not deck.lists.ensure().failed
        assert set(deck.lists.refresh().listed) == {"cloud", "home"}
    assert keyless.listings == 0


def test_the_first_selection_on_a_fresh_machine_fetches_the_lists(stocked: World) -> None:
    stocked.cache.listings.clear()
    with Deck(stocked.parts()) as deck:
        assert deck.select("Hello", model="cloud/paid").model == PAID.id
        deck.select("Hello")
    assert stocked.providers["cloud"].listings == 1


async def test_the_first_run_on_a_fresh_machine_fetches_the_lists(stocked: World) -> None:
    stocked.cache.listings.clear()
    with Deck(stocked.parts()) as deck:
        events = [event async for event in deck.run("Hello", model="paid")]
    assert isinstance(events[-1], Finished)


# standing


def test_status_of_each_kind(stocked: World) -> None:
    stocked.add("keyless", make_model("keyless/m"), needs_key=True, has_key=False)
    stocked.settings = Settings(models={FREE.id: ModelSettings(hidden=True)})
    with Deck(stocked.parts()) as deck:
        stocked.limits.put_quota(Quota("home", "requests_minute", 9, None, 0, START.replace(minute=1)))
        found = {model.id: deck.standing.status(model) for model in deck.catalog.models}
        assert found == {
            PAID.id: "ok",
            FREE.id: "hidden",
            HOME.id: "quota 0/9 until 12:01 UTC",
            "keyless/m": "no key",
        }
        assert deck.standing.status(deck.catalog.resolve("cloud/brand-new")) == "unlisted"
        assert deck.standing.status(make_model("gone/m")) == "disabled"


def test_a_failed_attempt_shows_as_a_cooldown(stocked: World, deck: Deck) -> None:
    stocked.providers["cloud"].scripts["paid"] = [[failure(ErrorKind.TIMEOUT)]]
    with pytest.raises(RunFailedError):
        deck.ask("Hello", model=PAID.id)
    stocked.clock.advance(1)
    assert deck.standing.status(PAID) == "cooldown 4 s"
    assert [cooldown.scope for cooldown in deck.limits.cooldowns()] == [PAID.id]


def test_hiding_in_the_program_takes_effect_at_once(stocked: World, deck: Deck) -> None:
    deck.choices.update(hidden=(PAID.id,))
    assert deck.standing.status(PAID) == "hidden"
    hidden = deck.catalog.get(PAID.id)
    assert hidden is not None
    assert hidden.hidden


def test_experience_grows_with_attempts(deck: Deck) -> None:
    assert deck.experience.of(PAID.id) is None
    deck.ask("Hello", model=PAID.id)
    found = deck.experience.of(PAID.id)
    assert found is not None
    assert (found.calls, found.success_rate) == (1, 1.0)
    assert set(deck.experience.all()) == {PAID.id}


# selecting


def test_select_sends_and_writes_nothing(stocked: World, deck: Deck) -> None:
    selection = deck.select("Write a haiku about rain")
    assert selection.model in {PAID.id, FREE.id, HOME.id}
    assert stocked.ledger.rows == []
    assert stocked.providers["cloud"].calls == []


def test_manual_mode_takes_a_short_name(deck: Deck) -> None:
    selection = deck.select("Hello", model="llama:8b")
    assert (selection.model, selection.mode, selection.fallback_chain) == (HOME.id, Mode.MANUAL, ())


def test_a_name_that_means_nothing_is_refused_with_the_nearest(deck: Deck) -> None:
    with pytest.raises(UnknownModelError) as caught:
        deck.select("Hello", model="lama:8b")
    assert HOME.id in caught.value.nearest


def test_a_preferred_name_that_means_nothing_is_refused_only_when_the_caller_gave_it(stocked: World) -> None:
    stocked.loaded = {"environment_tasks": (EnvironmentTask("coding", "nonsense", "AI_CODING_MODEL"),)}
    with Deck(stocked.parts()) as deck:
        assert deck.select("def f(): pass", task="coding").model
        with pytest.raises(UnknownModelError):
            deck.select("def f(): pass", task="coding", preferred="nonsense")


def test_own_caution_does_not_stop_a_model_that_a_person_names(stocked: World, deck: Deck) -> None:
    stocked.providers["cloud"].scripts["paid"] = [[failure(ErrorKind.MALFORMED)], reply("Back again.")]
    with pytest.raises(RunFailedError):
        deck.ask("Hello", model=PAID.id)
    assert deck.ask("Hello", model=PAID.id).text == "Back again. "


def test_a_providers_own_limit_does_stop_it(stocked: World, deck: Deck) -> None:
    stocked.providers["cloud"].scripts["paid"] = [[failure(ErrorKind.RATE_DAY)]]
    with pytest.raises(RunFailedError):
        deck.ask("Hello", model=PAID.id)
    with pytest.raises(NothingSelectableError, match="quota"):
        deck.select("Hello", model=PAID.id)


def test_an_unlisted_model_of_a_known_provider_can_be_called(deck: Deck) -> None:
    answer = deck.ask("Hello", model="cloud/released-today")
    assert answer.model == "cloud/released-today"
    assert answer.cost.status is CostStatus.UNKNOWN


def test_a_pinned_model_over_budget_is_refused_with_numbers_also_in_a_dry_run(stocked: World) -> None:
    stocked.settings = Settings(budget=BudgetSettings(day_usd=Decimal("0.0000001")))
    with Deck(stocked.parts()) as deck:
        with pytest.raises(BudgetError, match="day budget"):
            deck.select("Hello", model=PAID.id)
        assert deck.select("Hello", model=FREE.id).model == FREE.id


def test_the_playground_infers_the_task(deck: Deck) -> None:
    prompt = "Translate into French: the cat sleeps on the mat."
    assert deck.select(prompt, infer_task=True).task == "translation"
    assert deck.select(prompt).task == "default"
    assert deck.select(prompt, infer_task=True, task="chat").task == "chat"


def test_a_conversation_a_system_message_and_a_ready_request_are_prompts_too(stocked: World, deck: Deck) -> None:
    turns = [Message("user", "Hi"), Message("assistant", "Hello"), Message("user", "And now?")]
    deck.ask(turns, model=PAID.id, system="Be brief.")
    assert [message.role for message in stocked.providers["cloud"].calls[0].messages] == [
        "system",
        "user",
        "assistant",
        "user",
    ]
    assert deck.select(Request(messages=(), task="coding", inputs={"text": "x = 1"})).task == "coding"


# asking


def test_ask_works_again_and_again_and_from_many_threads(stocked: World, deck: Deck) -> None:
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda number: deck.ask(f"Hello {number}", model=PAID.id), range(12)))
    assert {answer.text for answer in answers} == {"Paid. "}
    assert len({answer.run for answer in answers}) == 12
    assert deck.money.usage("today").totals.requests == 12


async def test_ask_works_inside_a_running_loop(deck: Deck) -> None:
    assert deck.ask("Hello", model=PAID.id).text == "Paid. "


def test_a_failed_answer_is_an_error_that_holds_it(stocked: World, deck: Deck) -> None:
    stocked.providers["cloud"].scripts["paid"] = [[TextChunk("Half of "), failure(ErrorKind.BROKEN_STREAM, "gone")]]
    with pytest.raises(RunFailedError) as caught:
        deck.ask("Hello", model=PAID.id)
    assert caught.value.message == "The answer of cloud/paid broke off: gone"
    assert caught.value.answer.text == "Half of "


def test_a_wrong_key_names_the_variable_to_set(stocked: World) -> None:
    stocked.add("keyed", make_model("keyed/m"), scripts={"m": [[failure(ErrorKind.AUTH)]]}, needs_key=True)
    with Deck(stocked.parts()) as deck, pytest.raises(RunFailedError) as caught:
        deck.ask("Hello", model="keyed/m")
    assert caught.value.hint == "Set a working key in KEYED_API_KEY."


def test_the_last_of_several_failures_is_told(stocked: World, deck: Deck) -> None:
    for provider in stocked.providers.values():
        for model in provider.models:
            provider.scripts[model.native_id] = [[failure(ErrorKind.MALFORMED, "garbage")]]
    with pytest.raises(RunFailedError, match=r"All 3 models failed; the last was .*: garbage") as caught:
        deck.ask("Hello")
    assert len(caught.value.answer.attempts) == 3


def test_asking_for_too_long_fails_in_time_and_is_settled(stocked: World, deck: Deck) -> None:
    stocked.providers["cloud"].scripts["paid"] = [[TextChunk("Well, "), Hang()]]
    with pytest.raises(RunFailedError, match="time given") as caught:
        deck.ask("Hello", model=PAID.id, timeout_s=3)
    assert caught.value.answer.text == "Well, "
    assert [row.settled is not None for row in stocked.ledger.rows] == [True]


# running


async def test_leaving_a_run_early_settles_it(stocked: World, deck: Deck) -> None:
    stocked.providers["cloud"].scripts["paid"] = [[TextChunk("Well, "), Hang()]]
    events = deck.run("Hello", model=PAID.id)
    async for event in events:
        if isinstance(event, TextDelta):
            break
    await events.aclose()
    assert stocked.providers["cloud"].open_streams == 0
    assert [summary.status for summary in deck.history.runs()] == [AttemptStatus.CANCELLED]


async def test_several_runs_go_on_at_once(stocked: World, deck: Deck) -> None:
    async def collect(number: int) -> str:
        text = ""
        async for event in deck.run(f"Hello {number}", model=PAID.id):
            if isinstance(event, TextDelta):
                text += event.text
        return text

    assert await asyncio.gather(*(collect(number) for number in range(5))) == ["Paid. "] * 5


async def test_a_connection_that_does_not_close_is_logged_and_the_others_are_closed(
    stocked: World, deck: Deck, caplog: pytest.LogCaptureFixture
) -> None:
    stocked.providers["cloud"].close_error = OSError("secret details")
    await deck.disconnect()
    assert stocked.providers["home"].closed_loops == 1
    assert "OSError" in caplog.text
    assert "secret" not in caplog.text


async def test_disconnecting_closes_this_loops_connections(stocked: World, deck: Deck) -> None:
    await deck.disconnect()
    assert [provider.closed_loops for provider in stocked.providers.values()] == [1, 1]


def test_errors_before_the_first_event_are_raised(deck: Deck) -> None:
    async def first() -> None:
        async for _ in deck.run("Hello", model="nonsense"):
            raise AssertionError("nothing may happen")

    with pytest.raises(UnknownModelError):
        asyncio.run(first())


# money and history


def test_the_money_line_counts_what_is_settled_and_what_runs(stocked: World, deck: Deck) -> None:
    deck.ask("Hello", model=PAID.id)
    before = deck.money.spend()
    assert before.session == before.today == before.month == Decimal("0.0002")
    assert not before.estimated
    assert before.reserved == 0
    stocked.providers["cloud"].scripts["paid"] = [[TextChunk("a" * 4000), Hang()]]

    async def in_flight() -> None:
        events = deck.run("Hello", model=PAID.id)
        async for event in events:
            if isinstance(event, TextDelta):
                break
        await anext(aiter(events))
        during = deck.money.spend()
        assert during.session > before.session + Decimal("0.002")
        assert during.estimated
        assert during.reserved > 0
        await events.aclose()

    asyncio.run(in_flight())
    after = deck.money.spend()
    assert after.reserved == 0
    assert after.session > before.session + Decimal("0.002")


def test_usage_groups_and_days(stocked: World, deck: Deck) -> None:
    deck.ask("Hello", model=PAID.id)
    deck.ask("Hello", model=FREE.id)
    report = deck.money.usage("month", by="model")
    assert {group.key for group in report.groups} == {PAID.id, FREE.id}
    assert report.totals.free_share == 0.5
    assert deck.money.daily_cost(3) == (Decimal(0), Decimal(0), Decimal("0.0002"))


class DatedLedger(MemoryLedger):
    """Remembers which days it was asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def daily(self, days: Sequence[str]) -> tuple[Totals, ...]:
        self.asked += days
        return super().daily(days)


def test_days_are_calendar_days_also_over_the_end_of_a_month(stocked: World) -> None:
    stocked.clock.start = datetime(2026, 3, 1, 0, 30, tzinfo=UTC)
    stocked.ledger = ledger = DatedLedger()
    with Deck(stocked.parts()) as deck:
        assert not any(deck.money.daily_cost(3))
    assert ledger.asked == ["2026-02-27", "2026-02-28", "2026-03-01"]


def test_why_and_the_last_pick_show_the_stored_selection(deck: Deck) -> None:
    assert deck.history.why() is None
    first = deck.ask("Hello", model=PAID.id, task="narrative")
    deck.ask("Hello", model=FREE.id)
    newest, stored, pick = deck.history.why(), deck.history.why(first.run), deck.history.last_pick("narrative")
    assert newest is not None
    assert stored is not None
    assert pick is not None
    assert newest.selection.model == FREE.id
    assert stored.selection.model == pick.selection.model == PAID.id
    assert stored.prompt == "Hello"
    assert deck.history.why("nonsense") is None


def test_without_history_no_prompt_is_stored(stocked: World) -> None:
    stocked.settings = Settings(privacy=PrivacySettings(history=False))
    with Deck(stocked.parts()) as deck:
        deck.ask("A secret", model=PAID.id)
        stored = deck.history.why()
    assert stored is not None
    assert stored.prompt is None


def test_deny_training_reaches_the_provider(stocked: World) -> None:
    stocked.settings = Settings(privacy=PrivacySettings(deny_training=True))
    with Deck(stocked.parts()) as deck:
        deck.ask("Hello", model=PAID.id)
    assert stocked.providers["cloud"].calls[0].deny_training


@pytest.mark.parametrize(
    ("model", "cost", "tokens", "usd", "status"),
    [
        ("paid", Decimal("0.5"), 0, Decimal("0.5"), CostStatus.REPORTED),
        ("paid", 0.1, 0, Decimal("0.1"), CostStatus.REPORTED),
        ("paid", None, 1000, Decimal("0.003"), CostStatus.COMPUTED),
        ("paid", None, 0, None, CostStatus.UNKNOWN),
        ("gratis:free", None, 0, Decimal(0), CostStatus.COMPUTED),
        ("llama:8b", None, 1000, Decimal(0), CostStatus.COMPUTED),
        ("heard of nowhere", None, 1000, None, CostStatus.UNKNOWN),
    ],
)
def test_attempts_of_other_programs_are_priced_where_possible(
    stocked: World,
    deck: Deck,
    model: str,
    cost: Decimal | float | None,
    tokens: int,
    usd: Decimal | None,
    status: CostStatus,
) -> None:
    deck.record(task="narrative", model=model, success=True, cost=cost, input_tokens=tokens, output_tokens=tokens)
    (row,) = stocked.ledger.rows
    assert row.settled is not None
    assert (row.settled.cost.usd, row.settled.cost.status) == (usd, status)
    assert row.opened.task == "therapeutic_narrative"
    assert deck.experience.of(row.settled.model) is not None


def test_a_failure_of_another_program_counts_against_the_model(stocked: World, deck: Deck) -> None:
    deck.record(task="chat", model="paid", success=False, latency_ms=500)
    found = deck.experience.of(PAID.id)
    assert found is not None
    assert found.success_rate == 0.0


# tasks and choices


def test_assignments_steer_the_selection(deck: Deck) -> None:
    deck.tasks.assign("coding", "llama:8b")
    assert deck.select("def f(): pass", task="coding").model == HOME.id
    assert deck.tasks.get("coding").source == "deck.toml"
    deck.tasks.unassign("coding")
    assert deck.select("def f(): pass", task="coding").mode is Mode.AUTO
    assert deck.tasks.assign("coding", None, tier="premium").tier is Tier.PREMIUM
    assert "coding" in {task.name for task in deck.tasks.all()}


def test_the_chosen_mode_steers_the_playground(stocked: World) -> None:
    stocked.state_file = MemoryState(DeckState())
    with Deck(stocked.parts()) as deck:
        deck.choices.set_mode(Mode.MANUAL, HOME.id)
        assert deck.select("Hello", infer_task=True).model == HOME.id
        assert deck.choices.state.recent == (HOME.id,)
        assert deck.choices.toggle_favourite(PAID.id) is True
        stocked.state_file.broken = True
        with pytest.raises(StorageError):
            deck.choices.update(theme="deck-light")
        assert deck.choices.state.theme == "deck-light"


# hardware


def test_fit_uses_the_last_readings(stocked: World) -> None:
    big = local_model("home/big", size_bytes=40 * 2**30)
    stocked.add("home", HOME, big, local=True)
    stocked.probe = FakeProbe(Hardware(at=START, memory=Memory(total=16 * 2**30, available=8 * 2**30)))
    with Deck(stocked.parts()) as deck:
        assert deck.machine.fit(big).fits is None
        deck.machine.read()
        assert deck.machine.fit(big).fits is False
        stocked.providers["home"].in_memory = (LoadedModel("home/big", 40 * 2**30),)
        assert [held.model for held in deck.machine.read_loaded()] == ["home/big"]
        assert deck.machine.fit(big).fits is True
        assert deck.machine.read_loaded(["cloud"]) == ()
    assert stocked.probe.reads == 1


def test_quality_is_known_for_every_model(deck: Deck) -> None:
    assert all(0 <= deck.standing.quality(model).value <= 1 for model in deck.catalog.models)


def test_providers_are_told_with_their_keys_state(stocked: World) -> None:
    stocked.add("keyless", needs_key=True, has_key=False)
    with Deck(stocked.parts()) as deck:
        assert {info.name: info.usable for info in deck.providers()} == {"cloud": True, "home": True, "keyless": False}


def test_a_deck_that_only_reads_does_not_import_asyncio() -> None:
    code = "import modeldeck.engine.deck, sys; sys.exit('asyncio' in sys.modules or 'httpx' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
