import pytest

from fakes import free_model, local_model, make_model, make_policy, make_profile, make_situation
from modeldeck.domain.model import Model
from modeldeck.engine.selection.chain import LEAST_LINKS, PER_PART, ChainRules, build_chain
from modeldeck.engine.selection.scoring import Scored, Scorer


def scored(*models: Model) -> list[Scored]:
    """In the order of a selection: by part, then score."""
    scorer = Scorer(make_policy(), make_profile(), make_situation(*models), 0.0)
    return sorted(map(scorer.score, models), key=lambda entry: (entry.part, -entry.score, entry.model.id))


def chain(
    models: list[Model], *further: list[Model], explicit: bool = False, rules: ChainRules | None = None
) -> list[str]:
    """The chain behind the first of `models`, which stand in the order given when `explicit`."""
    scorer = Scorer(make_policy(), make_profile(), make_situation(*models), 0.0)
    order = [scorer.score(model) for model in models] if explicit else scored(*models)
    stages = [(order, explicit), *((scored(*more), False) for more in further)]
    links = build_chain(order[0], stages, rules or ChainRules())
    return [order[0].model.id, *(link.model.id for link in links)]


def quality(id: str, value: float) -> Model:
    return make_model(id, quality=value)


def test_what_costs_nothing_comes_before_what_is_paid_before_what_is_unknown() -> None:
    models = [
        free_model("a/one:free", quality=0.3),
        local_model("home/two", quality=0.2),
        make_model("a/paid", quality=0.9),
        make_model("a/unknown", price=None, quality=0.9),
    ]

    assert chain(models) == ["a/one:free", "home/two", "a/paid", "a/unknown"]


def test_each_link_goes_to_another_provider_where_there_is_one() -> None:
    models = [quality("a/1", 0.9), quality("a/2", 0.8), quality("a/3", 0.7), quality("b/4", 0.3), quality("b/5", 0.2)]

    assert chain(models) == ["a/1", "b/4", "a/2", "b/5", "a/3"]


def test_the_score_alone_decides_when_providers_may_repeat() -> None:
    models = [quality("a/1", 0.9), quality("a/2", 0.8), quality("b/4", 0.3)]

    assert chain(models, rules=ChainRules(prefer_other_provider=False)) == ["a/1", "a/2", "b/4"]


def test_the_same_model_elsewhere_comes_first() -> None:
    models = [quality("a/deepseek-r1", 0.9), quality("b/good", 0.8), quality("c/deepseek-r1", 0.2)]

    assert chain(models)[:2] == ["a/deepseek-r1", "c/deepseek-r1"]


def test_a_list_of_the_persons_own_keeps_its_order() -> None:
    models = [quality("a/1", 0.1), quality("a/2", 0.9), quality("b/3", 0.5)]

    assert chain(models, explicit=True) == ["a/1", "a/2", "b/3"]


def test_a_short_chain_is_lengthened_from_the_next_stage_without_repeating() -> None:
    first, second = quality("a/1", 0.9), quality("b/2", 0.8)

    assert chain([first], [first, second]) == ["a/1", "b/2"]


def test_a_long_chain_needs_no_further_stage() -> None:
    models = [quality(f"p{number}/m", 0.9 - number / 10) for number in range(LEAST_LINKS + 1)]

    assert len(chain(models, [quality("z/extra", 0.1)])) == LEAST_LINKS + 1


@pytest.mark.parametrize("count", [1, 3, 40])
def test_the_chain_is_bounded_and_has_no_duplicates(count: int) -> None:
    models = [free_model(f"p{number % 3}/f{number}:free") for number in range(count)]
    models += [make_model(f"p{number % 3}/m{number}") for number in range(count)]

    links = chain(models)

    assert len(links) == len(set(links)) <= 1 + 2 * PER_PART
    assert any("/m" in link for link in links)


def test_a_router_of_unknown_price_is_never_a_fallback() -> None:
    assert chain([quality("a/1", 0.5), make_model("a/auto", price=None, router=True)]) == ["a/1"]
