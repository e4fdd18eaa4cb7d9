"""A runner over scripted providers."""

from collections.abc import Sequence
from random import Random
from typing import Any

from fakes import Script, World, make_model, no_limit_here
from modeldeck.domain.errors import ErrorKind
from modeldeck.domain.model import Model
from modeldeck.domain.profile import Complexity, Profile, Specialization
from modeldeck.domain.request import Params, make_request
from modeldeck.domain.run import Answer, Event, Finished
from modeldeck.domain.selection import Selection
from modeldeck.domain.settings import BudgetSettings, FallbackSettings, Timeouts
from modeldeck.domain.task import Mode, Strategy, Tier
from modeldeck.domain.usage import AttemptStatus
from modeldeck.engine.limits.limits import Limits
from modeldeck.engine.looking_back.learning import Learning
from modeldeck.engine.money.books import Books, Plan
from modeldeck.engine.money.budget import Budget
from modeldeck.engine.running.runner import Runner

A = make_model("cloud/a", price=("1", "2"))
B = make_model("cloud/b", price=("1", "2"))
C = make_model("other/c", price=("10", "20"))
INPUT_TOKENS = 100
PROFILE = Profile(
    specialization=Specialization.QA,
    probabilities={Specialization.QA: 1.0},
    complexity=Complexity.SIMPLE,
    difficulty=0.2,
    confidence=1.0,
    input_tokens=INPUT_TOKENS,
    output_tokens=200,
)


def plan(*models: Model, params: Params = Params(), **fields: Any) -> Plan:
    selection = Selection(
        model=models[0].id,
        provider=models[0].provider,
        mode=Mode.AUTO,
        task="qa",
        tier=Tier.FALLBACK,
        strategy=Strategy.BALANCED,
        profile=PROFILE,
        reason="test",
        confidence=1.0,
        estimated_cost=None,
        fallback_chain=tuple(model.id for model in models[1:]),
    )
    request = make_request("Why is the sky blue?", params=params)
    return Plan(run="run-1", request=request, selection=selection, models=models, **fields)


class Stage:
    """A runner over the fakes, with scripts by model id."""

    def __init__(self, world: World, scripts: dict[str, Sequence[Script]], **settings: Any) -> None:
        self.world = world
        for name in ("cloud", "other"):
            own = {model.partition("/")[2]: turns for model, turns in scripts.items() if model.startswith(name)}
            world.add(name, scripts=own, timeouts=Timeouts(first_token_s=100, idle_s=10, total_s=1000))
        self.limits = Limits(world.limits, world.clock, Random(1), FallbackSettings())
        self.books = Books(
            ledger=world.ledger,
            experience=Learning(world.experience, wanted=True),
            budget=Budget(world.ledger, world.clock, settings.pop("budget", BudgetSettings())),
            limits=self.limits,
            local=no_limit_here(world),
            clock=world.clock,
            session="session-1",
        )
        self.runner = Runner(
            providers=world.providers,
            books=self.books,
            clock=world.clock,
            random=Random(1),
            settings=FallbackSettings(**settings),
        )

    async def events(self, plan: Plan) -> list[Event]:
        return [event async for event in self.runner.run(plan)]

    async def answer(self, plan: Plan) -> Answer:
        last = (await self.events(plan))[-1]
        assert isinstance(last, Finished)
        return last.answer

    @property
    def rows(self) -> list[tuple[str, AttemptStatus, ErrorKind | None]]:
        settled = [row.settled for row in self.world.ledger.rows]
        return [(s.model, s.status, s.failure.kind if s.failure else None) for s in settled if s is not None]
