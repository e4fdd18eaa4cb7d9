"""What holds for every run, whatever its providers do."""

import asyncio
from contextlib import aclosing
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from fake_stage import A, B, C, Stage, plan
from fakes import Hang, Script, Wait, World, failure
from modeldeck.domain.call import AliveChunk, StopChunk, TextChunk, UsageChunk
from modeldeck.domain.errors import ErrorKind
from modeldeck.domain.run import Event, Finished
from modeldeck.domain.usage import AttemptStatus, Usage


def scripts() -> st.SearchStrategy[Script]:
    chunk = st.one_of(
        st.text(max_size=8).map(TextChunk),
        st.just(AliveChunk()),
        st.sampled_from(ErrorKind).map(failure),
        st.builds(UsageChunk, st.builds(Usage, st.integers(0, 50), st.integers(0, 50))),
        st.just(StopChunk("stop")),
        st.just(Hang()),
        st.floats(0, 200).map(Wait),
    )
    return st.lists(chunk, max_size=6)


@given(turns=st.lists(scripts(), min_size=1, max_size=4), stop_after=st.none() | st.integers(0, 12))
def test_whatever_happens_every_row_is_settled_and_the_sums_agree(turns: list[Script], stop_after: int | None) -> None:
    world = World()
    stage = Stage(world, {A.id: turns, B.id: list(reversed(turns)), C.id: turns})

    async def drive() -> list[Event]:
        seen: list[Event] = []
        async with aclosing(stage.runner.run(plan(A, B, C))) as events:
            async for event in events:
                seen.append(event)
                if stop_after is not None and len(seen) > stop_after:
                    break
        return seen

    seen = asyncio.run(drive())
    assert all(row.settled is not None for row in world.ledger.rows)
    assert stage.books.running() == ()
    assert all(provider.open_streams == 0 for provider in world.providers.values())
    if stop_after is None:
        last = seen[-1]
        assert isinstance(last, Finished)
        costs = [row.settled.cost.usd or Decimal(0) for row in world.ledger.rows if row.settled is not None]
        assert last.answer.cost.usd == sum(costs)
        assert (last.answer.failure is None) == (last.answer.status is AttemptStatus.SUCCEEDED)
