"""The person's own rate limits: counted by the ledger, free again in time, told in the same words as a provider's."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes import START, FakeClock, MemoryLedger, World, failure, make_model, reply
from modeldeck.domain.errors import ErrorKind, LimitError, NothingSelectableError
from modeldeck.domain.quota import Quota
from modeldeck.domain.run import Attempt, OpenAttempt
from modeldeck.domain.settings import FallbackSettings, ProviderSettings, RateLimits, Settings
from modeldeck.domain.task import Mode, Tier
from modeldeck.domain.usage import AttemptStatus, Usage
from modeldeck.engine.deck import Deck
from modeldeck.engine.limits.rates import Rates

MIDNIGHT = datetime(2026, 9, 2, tzinfo=UTC)


def limits(**everything: int) -> Settings:
    return Settings(limits=RateLimits(**everything))


def of_cloud(**own: int) -> Settings:
    return Settings(providers={"cloud": ProviderSettings(limits=RateLimits(**own))})


def opened(at: datetime, model: str = "cloud/a", input_tokens: int = 10) -> OpenAttempt:
    return OpenAttempt(
        run="run",
        number=1,
        at=at,
        day=at.date().isoformat(),
        session="another process",
        model=model,
        task="chat",
        tier=Tier.FALLBACK,
        mode=Mode.AUTO,
        costs_nothing=False,
        input_tokens=input_tokens,
        reserved=None,
        baseline=None,
    )


def send(ledger: MemoryLedger, at: datetime, model: str = "cloud/a", tokens: int = 100) -> None:
    usage = Usage(tokens // 2, tokens - tokens // 2, reported=True)
    ledger.record_external(opened(at, model), Attempt(model=model, status=AttemptStatus.SUCCEEDED, usage=usage))


def only(quotas: tuple[Quota, ...]) -> Quota:
    (quota,) = quotas
    return quota


def test_without_a_limit_the_ledger_is_not_asked() -> None:
    class Untouched(MemoryLedger):
        def sent(self, *_: Any, **__: Any) -> Any:
            raise AssertionError

    assert Rates(Untouched(), Settings()).quotas(START) == ()


def test_a_day_counts_every_attempt_since_midnight_and_ends_at_the_next() -> None:
    ledger = MemoryLedger()
    send(ledger, START - timedelta(hours=13))
    for hours in (11, 3, 1):
        send(ledger, START - timedelta(hours=hours))
    quota = only(Rates(ledger, limits(requests_day=50)).quotas(START))
    assert quota == Quota("all", "requests_day", limit=50, used=3, remaining=47, resets_at=MIDNIGHT)


def test_a_provider_counts_only_its_own() -> None:
    ledger = MemoryLedger()
    send(ledger, START)
    send(ledger, START, model="other/b")
    assert only(Rates(ledger, of_cloud(tokens_day=500)).quotas(START)).used == 100


def test_a_minute_slides() -> None:
    ledger = MemoryLedger()
    rates = Rates(ledger, limits(requests_minute=2))
    for seconds in (0, 20, 40):
        send(ledger, START + timedelta(seconds=seconds))
    at_50 = only(rates.quotas(START + timedelta(seconds=50)))
    assert (at_50.used, at_50.remaining) == (3, 0)
    assert at_50.resets_at == START + timedelta(seconds=80)  # two of the three are a minute old then
    at_80 = only(rates.quotas(START + timedelta(seconds=80)))
    assert (at_80.used, at_80.remaining) == (1, 1)


def test_tokens_of_an_open_attempt_are_its_estimate_until_it_is_settled() -> None:
    ledger = MemoryLedger()
    rates = Rates(ledger, limits(tokens_day=1_000))
    key = ledger.open_attempt(opened(START, input_tokens=30))
    assert only(rates.quotas(START)).used == 30
    ledger.settle_attempt(key, Attempt(model="cloud/a", status=AttemptStatus.SUCCEEDED, usage=Usage(40, 60)), None)
    assert only(rates.quotas(START)).used == 100
    assert only(rates.quotas(START)).used == 100


def test_a_new_day_begins_with_nothing() -> None:
    ledger = MemoryLedger()
    rates = Rates(ledger, limits(requests_day=1))
    send(ledger, MIDNIGHT - timedelta(seconds=10))
    assert only(rates.quotas(MIDNIGHT - timedelta(seconds=5))).remaining == 0
    after = only(rates.quotas(MIDNIGHT + timedelta(seconds=5)))
    assert (after.used, after.resets_at) == (0, MIDNIGHT + timedelta(days=1))


@given(st.lists(st.tuples(st.integers(0, 7_200), st.integers(0, 500)), max_size=30), st.integers(1, 5))
def test_looking_often_and_looking_once_come_to_the_same(sent: list[tuple[int, int]], looks: int) -> None:
    ledger = MemoryLedger()
    settings = limits(requests_minute=5, requests_day=20, tokens_minute=900, tokens_day=5_000)
    often = Rates(ledger, settings)
    now = START
    for number, (seconds, tokens) in enumerate(sorted(sent)):
        now = START + timedelta(seconds=seconds)
        send(ledger, now, tokens=tokens)
        if number % looks == 0:
            often.quotas(now)
    assert often.quotas(now) == Rates(ledger, settings).quotas(now)


# through the deck

A, B = make_model("cloud/a", quality=0.8), make_model("other/b", quality=0.5)


@pytest.fixture
def shop(world: World) -> World:
    world.add("cloud", A)
    world.add("other", B)
    return world


def opened_deck(shop: World, settings: Settings) -> Deck:
    shop.settings = settings
    return Deck(shop.parts())


def test_a_used_up_limit_of_a_provider_rejects_its_models_before_sending(shop: World) -> None:
    with opened_deck(shop, of_cloud(requests_day=2)) as deck:
        assert [deck.ask("Hello").model for _ in range(3)] == [A.id, A.id, B.id]
        found = deck.select("Hello")
        assert {each.model: each.reason for each in found.rejected} == {A.id: "quota 0/2 until 00:00 UTC"}
        assert deck.standing.status(A) == "quota 0/2 until 00:00 UTC"
        assert only(deck.limits.quotas()) == Quota("cloud", "requests_day", 2, 2, 0, MIDNIGHT)
    assert len(shop.providers["cloud"].calls) == 2


def test_a_used_up_limit_of_everything_stops_everything(shop: World) -> None:
    with opened_deck(shop, limits(requests_day=1)) as deck:
        deck.ask("Hello")
        with pytest.raises(NothingSelectableError, match="quota of all requests 0/1 until 00:00 UTC"):
            deck.ask("Hello")
        with pytest.raises(NothingSelectableError, match="quota of all requests"):
            deck.ask("Hello", model=B.id)


def test_what_another_process_sends_counts(shop: World) -> None:
    with opened_deck(shop, of_cloud(requests_day=1)) as deck:
        assert deck.select("Hello").model == A.id
        send(shop.ledger, START)
        assert deck.select("Hello").model == B.id


def test_manual_mode_waits_for_a_minute_and_auto_goes_elsewhere(shop: World, clock: FakeClock) -> None:
    with opened_deck(shop, of_cloud(requests_minute=1)) as deck:
        deck.ask("Hello", model=A.id)
        clock.advance(45)
        assert deck.ask("Hello").model == B.id
        assert deck.ask("Hello", model=A.id).model == A.id
    assert pytest.approx(15) in clock.slept


def test_manual_mode_does_not_wait_longer_than_the_person_allows(shop: World, clock: FakeClock) -> None:
    settings = replace(of_cloud(requests_minute=1), fallback=FallbackSettings(max_wait_s=10))
    with opened_deck(shop, settings) as deck:
        deck.ask("Hello", model=A.id)
        with pytest.raises(NothingSelectableError, match="quota 0/1 until 12:01 UTC"):
            deck.ask("Hello", model=A.id)


def test_a_caller_with_less_time_than_the_wait_is_told(shop: World) -> None:
    with opened_deck(shop, replace(of_cloud(requests_minute=1), fallback=FallbackSettings(max_wait_s=90))) as deck:
        deck.ask("Hello", model=A.id)
        with pytest.raises(LimitError, match="quota 0/1") as caught:
            deck.ask("Hello", model=A.id, timeout_s=20)
    assert caught.value.resets_at == START + timedelta(seconds=60)


def refused_for_a_minute(shop: World, seconds: float) -> None:
    shop.providers["cloud"].scripts["a"] = [[failure(ErrorKind.RATE_MINUTE, retry_after_s=seconds)], reply("Now.")]


def test_manual_mode_waits_for_the_rest_of_a_pause_and_auto_goes_elsewhere(shop: World, clock: FakeClock) -> None:
    refused_for_a_minute(shop, 40)
    with opened_deck(shop, Settings()) as deck:
        assert deck.ask("Hello").model == B.id
        clock.advance(25)
        assert deck.ask("Hello").model == B.id
        assert deck.ask("Hello", model=A.id).text.strip() == "Now."
    assert pytest.approx(15) in clock.slept


def test_manual_mode_does_not_wait_longer_for_a_pause_either(shop: World, clock: FakeClock) -> None:
    refused_for_a_minute(shop, 40)
    with opened_deck(shop, Settings()) as deck:
        assert deck.ask("Hello").model == B.id
        with pytest.raises(NothingSelectableError, match="cooldown 40 s"):
            deck.ask("Hello", model=A.id)
        clock.advance(25)
        with pytest.raises(LimitError, match="cooldown 15 s"):
            deck.ask("Hello", model=A.id, timeout_s=5)
    assert clock.elapsed == 25


def test_falling_back_passes_over_a_provider_whose_limit_is_used_up(shop: World) -> None:
    third = make_model("third/c", quality=0.4)
    shop.add("third", third, scripts={"c": [reply("Third.")]})
    shop.providers["cloud"].scripts["a"] = [[failure(ErrorKind.UNREACHABLE)]]
    shop.settings = Settings(providers={"other": ProviderSettings(limits=RateLimits(requests_day=1))})
    with Deck(shop.parts()) as deck:
        deck.ask("Hello", model=B.id)
        answer = deck.ask("Hello")
    assert [attempt.model for attempt in answer.attempts] == [A.id, third.id]


# what providers told


@pytest.mark.parametrize(("seconds", "chosen"), [(0, B.id), (61, A.id)])
def test_a_quota_that_a_provider_told_rejects_until_its_reset(shop: World, seconds: float, chosen: str) -> None:
    told = Quota("cloud", "tokens_minute", limit=1_000, remaining=0, resets_at=START + timedelta(seconds=60))
    shop.providers["cloud"].told_quotas = (told,)
    with Deck(shop.parts()) as deck:
        deck.ask("Hello", model=A.id)
        shop.clock.advance(seconds)
        assert deck.select("Hello").model == chosen


def test_manual_mode_waits_for_a_minute_that_a_provider_told(shop: World, clock: FakeClock) -> None:
    shop.limits.put_quota(Quota("cloud", "requests_minute", 5, remaining=0, resets_at=START + timedelta(seconds=12)))
    with Deck(shop.parts()) as deck:
        assert deck.ask("Hello", model=A.id).model == A.id
    assert pytest.approx(12) in clock.slept


def test_many_at_once_never_send_more_than_the_limit(shop: World) -> None:
    def ask(deck: Deck) -> Callable[[int], str]:
        def one(_: int) -> str:
            try:
                return deck.ask("Hello").model
            except (LimitError, NothingSelectableError):
                return ""

        return one

    with opened_deck(shop, limits(requests_day=3)) as deck, ThreadPoolExecutor(8) as pool:
        models = list(pool.map(ask(deck), range(12)))
    assert sum(bool(model) for model in models) == 3
    assert sum(len(provider.calls) for provider in shop.providers.values()) == 3
