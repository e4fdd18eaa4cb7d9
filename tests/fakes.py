"""Stand-ins for the world: a clock that jumps, providers that follow a script, stores in memory."""

import asyncio
import heapq
from collections import Counter
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from random import Random
from typing import Any

from modeldeck.domain.call import Call, Chunk, ReasoningChunk, StopChunk, TextChunk, UsageChunk
from modeldeck.domain.conversation import Turn
from modeldeck.domain.errors import ErrorKind, Failure, ProviderError, StorageError
from modeldeck.domain.feedback import Rating
from modeldeck.domain.hardware import Hardware, LoadedModel
from modeldeck.domain.model import Capability, Model, Origin, by_name, model_id
from modeldeck.domain.performance import Performance
from modeldeck.domain.pricing import LOCAL_PRICING, ZERO, CostStatus, Pricing
from modeldeck.domain.profile import Complexity, Profile, Specialization
from modeldeck.domain.quota import Cooldown, Quota
from modeldeck.domain.run import Attempt, OpenAttempt, RunRecord, RunSummary
from modeldeck.domain.selection import StoredSelection
from modeldeck.domain.settings import DeckState, LoadedSettings, LocalSettings, Settings, Timeouts
from modeldeck.domain.task import DEFAULT_TASK, DEFAULT_TASKS, Criteria, Mode, Policy, Strategy, Tier
from modeldeck.domain.usage import AttemptStatus, GroupBy, PeriodName, Totals, Usage, UsageGroup
from modeldeck.engine.catalog import Catalog
from modeldeck.engine.constraints import Situation
from modeldeck.engine.deck import DeckParts
from modeldeck.engine.facts import derive_facts
from modeldeck.engine.local_room import LocalRoom
from modeldeck.engine.machine import Machine
from modeldeck.engine.quality import QualityTable
from modeldeck.ports import CachedListing, Experience, ProviderInfo, Sent, Votes

START = datetime(2026, 9, 1, 12, 0, tzinfo=UTC)


class FakeClock:
    """Time that stands still until somebody sleeps; when a loop has nothing else to do, it jumps to the next waking."""

    def __init__(self, start: datetime = START) -> None:
        self.start = start
        self.elapsed = 0.0
        self.slept: list[float] = []
        self._order = count()
        self._sleepers: dict[asyncio.AbstractEventLoop, list[tuple[float, int, asyncio.Future[None]]]] = {}

    def now(self) -> datetime:
        return self.start + timedelta(seconds=self.elapsed)

    def monotonic(self) -> float:
        return 1000.0 + self.elapsed

    def local_day(self, at: datetime) -> str:
        return at.astimezone(UTC).date().isoformat()

    def advance(self, seconds: float) -> None:
        self.elapsed += seconds

    async def sleep(self, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        waking: asyncio.Future[None] = loop.create_future()
        if loop not in self._sleepers:
            self._sleepers[loop] = []
            loop.call_soon(self._jump, loop)
        heapq.heappush(self._sleepers[loop], (self.elapsed + seconds, next(self._order), waking))
        self.slept.append(seconds)
        await waking

    def _jump(self, loop: asyncio.AbstractEventLoop) -> None:
        sleepers = self._sleepers[loop]
        while sleepers and sleepers[0][2].done():
            heapq.heappop(sleepers)
        if not sleepers:
            del self._sleepers[loop]
            return
        if not loop._ready:  # type: ignore[attr-defined]  # no public way to ask whether a loop has work
            wake, _, waking = heapq.heappop(sleepers)
            self.elapsed = max(self.elapsed, wake)
            waking.set_result(None)
        loop.call_soon(self._jump, loop)


@dataclass(frozen=True)
class Wait:
    """In a script: the provider is silent for so many seconds."""

    seconds: float


@dataclass(frozen=True)
class Hang:
    """In a script: the provider never says anything again."""


Scripted = Chunk | Failure | Wait | Hang | BaseException
Script = Sequence[Scripted]


def reply(
    text: str = "Hello there.", *, usage: Usage | None = None, cost_usd: Decimal | None = None, reason: str = "stop"
) -> Script:
    """A complete answer, word by word, with the provider's own usage at its end when given."""
    words: list[Scripted] = [TextChunk(word + " ") for word in text.split(" ")]
    if usage is not None:
        words.append(UsageChunk(usage, cost_usd))
    return [*words, StopChunk(reason)]


def thoughts(text: str) -> list[Scripted]:
    """Thinking text, in one piece."""
    return [ReasoningChunk(text)]


def failure(kind: ErrorKind, message: str = "", **fields: Any) -> Failure:
    """A classified failure with a message that names its kind."""
    return Failure(kind, message or f"scripted {kind.value}", **fields)


class FakeProvider:
    """Answers by script: each call takes the next script of its model; the last one repeats."""

    def __init__(
        self,
        name: str,
        models: Sequence[Model] = (),
        scripts: Mapping[str, Sequence[Script]] | None = None,
        *,
        clock: FakeClock | None = None,
        local: bool = False,
        needs_key: bool = False,
        has_key: bool = True,
        free_only: bool = False,
        timeouts: Timeouts = Timeouts(),
    ) -> None:
        self._info = ProviderInfo(
            name=name,
            title=name.title(),
            base_url=f"http://{name}.test",
            local=local,
            needs_key=needs_key,
            has_key=has_key,
            key_names=(f"{name.upper()}_API_KEY",) if needs_key else (),
            free_only=free_only,
            timeouts=timeouts,
        )
        self.models = list(models)
        self.scripts = {model: list(scripts) for model, scripts in (scripts or {}).items()}
        self.list_failure: Failure | None = None
        self.list_delay_s = 0.0
        self.told_quotas: tuple[Quota, ...] = ()
        self.in_memory: tuple[LoadedModel, ...] = ()
        self.calls: list[Call] = []
        self.open_streams = 0
        self.closed_loops = 0
        self.close_error: Exception | None = None
        self.listings = 0
        self._clock = clock or FakeClock()

    @property
    def info(self) -> ProviderInfo:
        return self._info

    def change_info(self, **fields: Any) -> None:
        self._info = replace(self._info, **fields)

    async def list_models(self) -> Sequence[Model]:
        self.listings += 1
        if self.list_delay_s:
            await self._clock.sleep(self.list_delay_s)
        if self.list_failure is not None:
            raise ProviderError(self.list_failure)
        return tuple(self.models)

    async def stream(self, call: Call) -> AsyncIterator[Chunk]:
        self.calls.append(call)
        scripts = self.scripts.get(call.native_id) or [reply()]
        script = scripts.pop(0) if len(scripts) > 1 else scripts[0]
        self.open_streams += 1
        try:
            for step in script:
                await asyncio.sleep(0)
                match step:
                    case Wait(seconds):
                        await self._clock.sleep(seconds)
                    case Hang():
                        await asyncio.get_running_loop().create_future()
                    case Failure():
                        raise ProviderError(step)
                    case BaseException():
                        raise step
                    case _:
                        yield step
        finally:
            self.open_streams -= 1

    async def loaded(self) -> Sequence[LoadedModel]:
        return self.in_memory

    def quotas(self) -> Sequence[Quota]:
        return self.told_quotas

    async def aclose(self) -> None:
        if self.close_error is not None:
            raise self.close_error
        self.closed_loops += 1


class MemoryCache:
    """Provider lists in memory."""

    def __init__(self, listings: Mapping[str, CachedListing] | None = None) -> None:
        self.listings = dict(listings or {})

    def load(self, first: int | None = None, also: Collection[str] = ()) -> Mapping[str, CachedListing]:
        if first is None:
            return dict(self.listings)
        return {
            name: replace(
                listing,
                models=tuple(
                    model
                    for place, model in enumerate(sorted(listing.models, key=by_name))
                    if place < first or model.id in also
                ),
            )
            for name, listing in self.listings.items()
        }

    def store(self, provider: str, models: Iterable[Model], fetched_at: datetime) -> None:
        self.listings[provider] = CachedListing(provider, tuple(models), fetched_at, fetched_at)

    def fail(self, provider: str, error: str, tried_at: datetime) -> None:
        before = self.listings.get(provider, CachedListing(provider, (), None))
        self.listings[provider] = replace(before, error=error, tried_at=tried_at)


@dataclass
class LedgerRow:
    """One attempt in the ledger."""

    opened: OpenAttempt
    settled: Attempt | None = None
    saved: Decimal | None = None


class MemoryLedger:
    """Attempts in memory; every day of one month counts as that month."""

    def __init__(self, session: str = "session-1") -> None:
        self.session = session
        self.records: dict[str, RunRecord] = {}
        self.rows: list[LedgerRow] = []
        self.recovered = 0

    def start_run(self, record: RunRecord) -> None:
        self.records[record.run] = record

    def open_attempt(self, attempt: OpenAttempt) -> int:
        self.rows.append(LedgerRow(attempt))
        return len(self.rows) - 1

    def settle_attempt(self, key: int, attempt: Attempt, saved: Decimal | None) -> None:
        row = self.rows[key]
        if row.settled is None:
            row.settled, row.saved = attempt, saved

    def record_external(self, attempt: OpenAttempt, settled: Attempt) -> None:
        self.rows.append(LedgerRow(attempt, settled))

    def recover(self) -> int:
        self.recovered += 1
        return 0

    def totals(self, period: PeriodName, day: str) -> Totals:
        return _totals([row for row in self.rows if self._within(row, period, day)])

    def groups(self, period: PeriodName, day: str, by: GroupBy) -> tuple[UsageGroup, ...]:
        groups: dict[str, list[LedgerRow]] = {}
        for row in self.rows:
            if self._within(row, period, day) and row.settled is not None:
                groups.setdefault(_key(row, by), []).append(row)
        found = (UsageGroup(key, _totals(rows)) for key, rows in groups.items())
        return tuple(sorted(found, key=lambda group: group.totals.cost_usd, reverse=True))

    def reserved(self, task: str | None = None) -> Decimal:
        open_rows = (row.opened for row in self.rows if row.settled is None and task in (None, row.opened.task))
        return sum((opened.reserved or ZERO for opened in open_rows), ZERO)

    def sent(self, since: datetime, after: int = 0, again: Collection[int] = ()) -> tuple[Sent, ...]:
        keyed = enumerate(self.rows, start=1)
        wanted = (pair for pair in keyed if pair[0] in again or (pair[0] > after and pair[1].opened.at >= since))
        return tuple(_sent(key, row) for key, row in wanted)

    def forget(self, before: datetime) -> int:
        old = [run for run, record in self.records.items() if record.at < before]
        for run in old:
            del self.records[run]
        return len(old)

    def daily(self, days: Sequence[str]) -> tuple[Totals, ...]:
        return tuple(_totals([row for row in self.rows if row.opened.day == day]) for day in days)

    def runs(self, limit: int) -> tuple[RunSummary, ...]:
        newest = list(reversed(self.records.values()))[:limit]
        return tuple(summary for summary in map(self._summary, newest) if summary is not None)

    def selection(self, run: str | None) -> StoredSelection | None:
        name = run if run is not None else next(reversed(self.records), None)
        record = self.records.get(name) if name is not None else None
        if record is None:
            return None
        return StoredSelection(run=record.run, at=record.at, selection=record.selection, prompt=record.prompt)

    def last_selection(self, task: str) -> StoredSelection | None:
        newest = (run for run, record in reversed(self.records.items()) if record.selection.task == task)
        run = next(newest, None)
        return None if run is None else self.selection(run)

    def last_model(self, run: str) -> str | None:
        return next((row.opened.model for row in reversed(self.rows) if row.opened.run == run), None)

    def performance(self, since: datetime, until: datetime, model: str | None = None) -> Performance:
        rows = [row for row in self.rows if since <= row.opened.at <= until and model in (None, row.opened.model)]
        settled = [row.settled for row in rows if row.settled is not None]
        succeeded = [attempt for attempt in settled if attempt.status is AttemptStatus.SUCCEEDED]
        failures = [attempt.failure.kind.value for attempt in settled if attempt.failure is not None]
        latencies = [attempt.latency_ms for attempt in succeeded if attempt.latency_ms is not None]
        return Performance(
            model=model,
            since=since,
            until=until,
            requests=len(settled),
            succeeded=len(succeeded),
            failed=sum(attempt.status is AttemptStatus.FAILED for attempt in settled),
            avg_latency_ms=sum(latencies) / len(latencies) if latencies else None,
            input_tokens=sum(attempt.usage.input_tokens for attempt in settled),
            output_tokens=sum(attempt.usage.output_tokens for attempt in settled),
            cost_usd=sum((attempt.cost.usd for attempt in settled if attempt.cost.usd is not None), ZERO),
            errors=dict(Counter(failures).most_common()),
        )

    def performances(self, since: datetime, until: datetime) -> tuple[Performance, ...]:
        models = dict.fromkeys(row.opened.model for row in self.rows)
        found = [self.performance(since, until, model) for model in models]
        return tuple(sorted((each for each in found if each.requests), key=lambda each: -each.requests))

    def _within(self, row: LedgerRow, period: PeriodName, day: str) -> bool:
        match period:
            case "session":
                return row.opened.session == self.session
            case "today":
                return row.opened.day == day
            case "month":
                return row.opened.day[:7] == day[:7]
            case "all":
                return True

    def _summary(self, record: RunRecord) -> RunSummary | None:
        settled = [row.settled for row in self.rows if row.opened.run == record.run and row.settled is not None]
        if not settled:
            return None
        return RunSummary(
            run=record.run,
            at=record.at,
            task=record.selection.task,
            mode=record.selection.mode,
            model=settled[-1].model,
            status=settled[-1].status,
            cost=settled[-1].cost,
            attempts=len(settled),
            input_tokens=sum(attempt.usage.input_tokens for attempt in settled),
            output_tokens=sum(attempt.usage.output_tokens for attempt in settled),
        )


def _sent(key: int, row: LedgerRow) -> Sent:
    opened, usage = row.opened, None if row.settled is None else row.settled.usage
    tokens = opened.input_tokens if usage is None else usage.input_tokens + usage.output_tokens
    return Sent(key, opened.at, opened.model, tokens, usage is None)


def _totals(rows: list[LedgerRow]) -> Totals:
    settled = [(row, row.settled) for row in rows if row.settled is not None]
    attempts = [attempt for _, attempt in settled]
    estimates = [attempt.cost.usd for attempt in attempts if attempt.cost.status is CostStatus.ESTIMATED]
    return Totals(
        requests=len(attempts),
        succeeded=sum(attempt.status is AttemptStatus.SUCCEEDED for attempt in attempts),
        input_tokens=sum(attempt.usage.input_tokens for attempt in attempts),
        output_tokens=sum(attempt.usage.output_tokens for attempt in attempts),
        cost_usd=sum((attempt.cost.usd for attempt in attempts if attempt.cost.usd is not None), ZERO),
        estimated_usd=sum((usd for usd in estimates if usd is not None), ZERO),
        unpriced_requests=sum(attempt.cost.status is CostStatus.UNKNOWN for attempt in attempts),
        saved_usd=sum((row.saved for row, _ in settled if row.saved is not None), ZERO),
        free_requests=sum(row.opened.costs_nothing for row, _ in settled),
    )


def _key(row: LedgerRow, by: GroupBy) -> str:
    opened = row.opened
    keys: dict[GroupBy, str] = {
        "model": opened.model,
        "provider": opened.model.partition("/")[0],
        "task": opened.task,
        "tier": opened.tier.value,
        "mode": opened.mode.value,
        "day": opened.day,
    }
    return keys[by]


class MemoryExperience:
    """Outcomes in memory."""

    def __init__(self) -> None:
        self.recorded: list[tuple[str, str, Attempt]] = []

    def record(self, task: str, specialization: str, attempt: Attempt, at: datetime) -> None:
        self.recorded.append((task, specialization, attempt))

    def all(self) -> Mapping[str, Experience]:
        return self._sum([attempt for _, _, attempt in self.recorded], None)

    def by_task(self, task: str) -> Mapping[str, Experience]:
        return self._sum([attempt for name, _, attempt in self.recorded if name == task], task)

    def _sum(self, attempts: list[Attempt], task: str | None) -> Mapping[str, Experience]:
        found: dict[str, Experience] = {}
        for attempt in attempts:
            before = found.get(attempt.model, Experience(attempt.model, task))
            succeeded = attempt.status is AttemptStatus.SUCCEEDED
            found[attempt.model] = replace(
                before, calls=before.calls + 1, successes=before.successes + succeeded, latency_ms=attempt.latency_ms
            )
        return found


class MemoryRatings:
    """Ratings in memory."""

    def __init__(self) -> None:
        self.by_run: dict[str, Rating] = {}

    def put(self, rating: Rating) -> None:
        self.by_run[rating.run] = rating

    def votes(self) -> tuple[Votes, ...]:
        found: dict[tuple[str, str], list[float]] = {}
        for rating in self.by_run.values():
            found.setdefault((rating.model, rating.specialization), []).append(rating.rating)
        return tuple(Votes(*key, sum(given), len(given)) for key, given in found.items())


class MemoryTurns:
    """Conversations in memory."""

    def __init__(self) -> None:
        self.turns: list[Turn] = []

    def add(self, turn: Turn, instead_of: str | None = None) -> None:
        self.turns = [kept for kept in self.turns if kept.run != instead_of]
        self.turns.append(turn)

    def of(self, conversation: str) -> tuple[Turn, ...]:
        return tuple(turn for turn in self.turns if turn.conversation == conversation)

    def last_conversation(self) -> str | None:
        return self.turns[-1].conversation if self.turns else None

    def forget(self, before: datetime) -> int:
        count = len(self.turns)
        self.turns = [turn for turn in self.turns if turn.at >= before]
        return count - len(self.turns)


class MemoryLimits:
    """Cooldowns and quotas in memory."""

    def __init__(self) -> None:
        self.by_scope: dict[str, Cooldown] = {}
        self.told: dict[tuple[str, str], Quota] = {}

    def cooldowns(self) -> tuple[Cooldown, ...]:
        return tuple(self.by_scope.values())

    def put_cooldown(self, cooldown: Cooldown) -> None:
        self.by_scope[cooldown.scope] = cooldown

    def drop_cooldown(self, scope: str) -> None:
        self.by_scope.pop(scope, None)

    def quotas(self) -> tuple[Quota, ...]:
        return tuple(self.told.values())

    def put_quota(self, quota: Quota) -> None:
        self.told[quota.scope, quota.kind] = quota


class MemoryState:
    """`deck.toml` in memory; `broken` makes every save fail."""

    def __init__(self, state: DeckState | None = None) -> None:
        self.state = state or DeckState()
        self.broken = False

    def load(self) -> DeckState:
        return self.state

    def save(self, state: DeckState) -> None:
        if self.broken:
            raise StorageError("The folder cannot be written.")
        self.state = state


class FakeProbe:
    """Hardware as told."""

    def __init__(self, hardware: Hardware | None = None) -> None:
        self.hardware = hardware or Hardware(at=START)
        self.reads = 0

    def read(self) -> Hardware:
        self.reads += 1
        return self.hardware


def make_model(
    id: str = "cloud/paid",
    *,
    price: tuple[str, str] | None = ("1", "3"),
    local: bool = False,
    context: int | None = 128_000,
    **fields: Any,
) -> Model:
    """A model; `price` is USD per million tokens (input, output), None an unknown price."""
    provider, _, native = id.partition("/")
    pricing = None if price is None else Pricing(Decimal(price[0]) / 10**6, Decimal(price[1]) / 10**6)
    facts: dict[str, Any] = {
        "name": native,
        "origin": Origin("provider", START),
        "pricing": LOCAL_PRICING if local else pricing,
        "capabilities": frozenset({Capability.CHAT, Capability.STREAMING}),
        "created": date(2026, 1, 1),
    }
    return Model(
        id=model_id(provider, native),
        provider=provider,
        native_id=native,
        local=local,
        context=context,
        **(facts | fields),
    )


def free_model(id: str = "cloud/gratis:free", **fields: Any) -> Model:
    """A model that is declared free."""
    return make_model(id, price=("0", "0"), **fields)


def local_model(id: str = "home/llama:8b", **fields: Any) -> Model:
    """A model on this machine."""
    return make_model(id, local=True, **fields)


def make_profile(
    specialization: Specialization = Specialization.CHAT,
    complexity: Complexity = Complexity.MODERATE,
    **fields: Any,
) -> Profile:
    """A profile that is sure of its specialization: 100 tokens in, 200 out."""
    facts: dict[str, Any] = {
        "probabilities": {specialization: 1.0},
        "difficulty": 0.5,
        "confidence": 1.0,
        "input_tokens": 100,
        "output_tokens": 200,
    }
    return Profile(specialization=specialization, complexity=complexity, **(facts | fields))


def make_policy(**fields: Any) -> Policy:
    """The default policy: auto, tier fallback, balanced, free first."""
    facts: dict[str, Any] = {
        "task": DEFAULT_TASK,
        "mode": Mode.AUTO,
        "model": None,
        "fallback_mode": "auto",
        "tier": Tier.FALLBACK,
        "strategy": Strategy.BALANCED,
        "criteria": Criteria(),
        "require_fast": False,
        "require_quality": False,
        "free_first": True,
    }
    return Policy(**(facts | fields))


def make_situation(*models: Model, **fields: Any) -> Situation:
    """These models, every provider of theirs usable, nothing tried yet."""
    facts: dict[str, Any] = {
        "quality": QualityTable(models, START.date()),
        "now": START,
        "usable": {model.provider: True for model in models},
    }
    return Situation(models=models, **(facts | fields))


@dataclass
class World:
    """Everything a Deck is made of, open to the test."""

    clock: FakeClock = field(default_factory=FakeClock)
    providers: dict[str, FakeProvider] = field(default_factory=dict)
    cache: MemoryCache = field(default_factory=MemoryCache)
    ledger: MemoryLedger = field(default_factory=MemoryLedger)
    experience: MemoryExperience = field(default_factory=MemoryExperience)
    ratings: MemoryRatings = field(default_factory=MemoryRatings)
    turns: MemoryTurns = field(default_factory=MemoryTurns)
    limits: MemoryLimits = field(default_factory=MemoryLimits)
    state_file: MemoryState = field(default_factory=MemoryState)
    probe: FakeProbe = field(default_factory=FakeProbe)
    settings: Settings = field(default_factory=Settings)
    loaded: dict[str, Any] = field(default_factory=dict)
    closed: int = 0

    def add(
        self, provider: str, *models: Model, scripts: Mapping[str, Sequence[Script]] | None = None, **info: Any
    ) -> FakeProvider:
        """A provider whose list is already cached, as fetching stores it."""
        made = FakeProvider(provider, models, scripts, clock=self.clock, **info)
        self.providers[provider] = made
        self.cache.store(provider, map(derive_facts, models), self.clock.now())
        return made

    def parts(self) -> DeckParts:
        def closing() -> None:
            self.closed += 1

        facts: dict[str, Any] = {"settings": self.settings, "state": self.state_file.load(), "tasks": DEFAULT_TASKS}
        on_close: Callable[[], None] = closing
        return DeckParts(
            loaded=LoadedSettings(**(facts | self.loaded)),
            providers=self.providers,
            cache=self.cache,
            ledger=self.ledger,
            experience=self.experience,
            ratings=self.ratings,
            turns=self.turns,
            limits=self.limits,
            state_file=self.state_file,
            probe=self.probe,
            clock=self.clock,
            random=Random(7),
            session=self.ledger.session,
            on_close=on_close,
        )


def no_limit_here(world: World) -> LocalRoom:
    """Local models may be asked for anything."""

    def machine() -> Machine:
        raise AssertionError("nobody needs to look without a limit")

    return LocalRoom(LocalSettings(), Catalog(), machine, world.clock)
