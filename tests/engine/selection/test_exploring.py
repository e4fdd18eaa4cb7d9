"""Exploration: a small share of automatic runs tries another candidate, and says so."""

from collections import Counter
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes import World, free_model, make_model, make_policy, make_profile, make_situation
from modeldeck.domain.model import Model
from modeldeck.domain.selection import Selection
from modeldeck.domain.settings import SelectionSettings, Settings
from modeldeck.domain.task import Mode
from modeldeck.engine.deck import Deck
from modeldeck.engine.selection.selector import select

ALIKE = tuple(make_model(f"cloud/{name}") for name in ("a", "b", "c"))
ALWAYS = Settings(selection=SelectionSettings(exploration=1.0))


def choose(*models: Model, seed: int = 0, config: Settings = ALWAYS, explore: bool = True, **policy: Any) -> Selection:
    return select(
        make_policy(**policy),
        make_profile(),
        make_situation(*models),
        config,
        Random(seed),
        models[0],
        models[0],
        explore=explore,
    )


def test_draws_spread_over_models_that_may_well_be_the_best() -> None:
    picks = Counter(choose(*ALIKE, seed=seed).model for seed in range(60))
    assert set(picks) == {model.id for model in ALIKE}


def test_a_drawn_model_is_named_as_explored_and_the_best_is_named_too() -> None:
    best = choose(*ALIKE, explore=False).model
    drawn = next(found for seed in range(60) if (found := choose(*ALIKE, seed=seed)).model != best)
    assert f"explored {drawn.model}" in drawn.reason
    assert f"instead of {best}" in drawn.reason
    assert best in drawn.fallback_chain


def test_a_draw_that_comes_to_the_best_says_nothing_of_it() -> None:
    best = choose(*ALIKE, explore=False)
    same = next(found for seed in range(60) if (found := choose(*ALIKE, seed=seed)).model == best.model)
    assert same.reason == best.reason


@given(st.integers(0, 10_000))
def test_what_costs_nothing_stays_first_and_constraints_hold(seed: int) -> None:
    free, hidden = free_model("cloud/gratis:free"), free_model("cloud/hidden:free", hidden=True)
    assert choose(*ALIKE, free, hidden, seed=seed).model == free.id


@pytest.mark.parametrize("mode", [Mode.MANUAL, Mode.HYBRID])
def test_a_named_model_is_never_explored_away(mode: Mode) -> None:
    assert {choose(*ALIKE, seed=seed, mode=mode).model for seed in range(30)} == {ALIKE[0].id}


def test_off_by_default_and_the_random_source_is_not_touched() -> None:
    rng = Random(1)
    before = rng.getstate()
    select(make_policy(), make_profile(), make_situation(*ALIKE), Settings(), rng, explore=True)
    assert rng.getstate() == before


def test_the_share_is_that_of_the_settings() -> None:
    some = Settings(selection=SelectionSettings(exploration=0.2))
    explored = sum("explored" in choose(*ALIKE, seed=seed, config=some).reason for seed in range(500))
    assert 30 < explored < 100  # a fifth of 500, less the draws that come to the best


def test_a_dry_run_shows_the_best_and_runs_explore(world: World) -> None:
    world.add("cloud", *ALIKE)
    world.settings = ALWAYS
    with Deck(world.parts()) as deck:
        assert len({deck.select("Hello").model for _ in range(20)}) == 1
        assert len({deck.ask("Hello").model for _ in range(20)}) > 1
