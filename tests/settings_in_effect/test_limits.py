"""What stands in config.toml is what happens: limits, budgets, safety, privacy, and edits while the deck is open."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from fake_shop import GRATIS, HOME, OTHER, PAID, Open, reasons
from fakes import START, World, reply
from modeldeck.domain.conversation import Turn
from modeldeck.domain.errors import BudgetError, NothingSelectableError
from modeldeck.domain.loaded import LoadedSettings
from modeldeck.domain.profile import Specialization
from modeldeck.domain.request import Params
from modeldeck.domain.state import DeckState
from modeldeck.domain.usage import Usage
from modeldeck.engine.deck import Deck
from modeldeck.storage.settings.config_file import load_settings


def _turn(conversation: str) -> Turn:
    return Turn(conversation=conversation, run="1", at=START, model=PAID.id, system=None, prompt="Hello", answer="Hi")


# [limits], [providers.NAME.limits]


def test_limits_of_a_provider_and_of_everything(opened: Open) -> None:
    with opened(
        """
        [limits]
        requests_day = 3
        [providers.cloud]
        kind = "openai"
        base_url = "http://cloud.test/v1"
        limits = { requests_day = 1, tokens_minute = 100000 }
        """
    ) as deck:
        assert [deck.ask("Hello").model for _ in range(3)] == [GRATIS.id, HOME.id, HOME.id]
        with pytest.raises(NothingSelectableError, match="quota of all requests 0/3 until 00:00 UTC"):
            deck.select("Hello", model=HOME.id)
        assert [(quota.scope, quota.kind, quota.used, quota.remaining) for quota in deck.limits.quotas()] == [
            ("all", "requests_day", 3, 0),
            ("cloud", "tokens_minute", deck.limits.quotas()[1].used, deck.limits.quotas()[1].remaining),
            ("cloud", "requests_day", 1, 0),
        ]


# [budget]


def test_the_day_budget_of_a_task_stops_that_task_only(opened: Open, shop: World) -> None:
    usage = Usage(1_000, 10_000, reported=True)
    shop.providers["cloud"].scripts["paid"] = [reply("Code.", usage=usage)]
    with opened("[budget.tasks.coding]\nday_usd = 0.05\n[selection]\nfree_first = false\nstrategy = 'quality'") as deck:
        deck.ask("Hello", task="coding", params=Params(max_tokens=1_000))
        report = deck.money.budget()
        assert report.limits == {"task:coding": Decimal("0.05")}
        assert report.spent["task:coding"] == Decimal("0.031")
        assert report.remaining == {"task:coding": Decimal("0.019")}

        deck.ask("Hello", task="coding", params=Params(max_tokens=1_000))
        assert reasons(deck, task="coding")[PAID.id].startswith("over budget")
        with pytest.raises(BudgetError, match=r"day budget of task coding of \$0.05") as caught:
            deck.ask("Hello", task="coding", model=PAID.id)
        assert caught.value.hint is not None
        assert "[budget.tasks.coding] day_usd" in caught.value.hint
        assert deck.ask("Hello", task="chat", params=Params(max_tokens=1_000)).model == PAID.id
        assert any("day budget of task coding" in warning for warning in deck.warnings)


# [safety], [models."ID"]


def test_min_safety_lets_only_known_and_safe_models_pass(opened: Open) -> None:
    with opened(
        """
        [safety]
        min_safety = 8
        [models."cloud/paid"]
        safety = 0.85
        [models."other/third"]
        safety = 0.7
        """
    ) as deck:
        assert deck.select("Hello").model == PAID.id
        assert reasons(deck) == {
            GRATIS.id: "safety unknown < 0.80",
            HOME.id: "safety unknown < 0.80",
            OTHER.id: "safety 0.70 < 0.80",
        }
        with pytest.raises(NothingSelectableError, match=r"safety unknown < 0\.80"):
            deck.select("Hello", model=GRATIS.id)


def test_a_quality_for_one_specialization_holds_for_that_alone(opened: Open) -> None:
    text = "[models.'other/third']\nspecialization = { coding = 0.95 }\nquality = 0.2\n[selection]\nfree_first = false"
    with opened(text) as deck:
        model = deck.catalog.resolve(OTHER.id)
        assert tuple(deck.standing.quality(model, Specialization.CODING)) == (0.95, "user")
        assert tuple(deck.standing.quality(model, Specialization.MATH)) == (0.2, "user")
        assert tuple(deck.standing.quality(model)) == (0.2, "user")
        assert deck.select("Write a Python function", task="coding", strategy="quality").model == OTHER.id
        assert deck.select("Hello", task="chat", strategy="quality").model == PAID.id


# [privacy]


def test_without_history_no_prompt_and_no_turn_is_kept(opened: Open, shop: World) -> None:
    with opened("privacy.history = false") as deck:
        run = deck.ask("My secret", conversation="c").run
        stored = deck.history.why(run)
        assert stored is not None
        assert stored.prompt is None
        assert deck.history.conversation("c") == ()
    assert shop.turns.turns == []
    assert "My secret" not in repr(shop.ledger.records)


def test_deny_training_filters_and_tells_the_provider(opened: Open, shop: World) -> None:
    shop.add("cloud", GRATIS._replace(logs_prompts=True), PAID)
    with opened("privacy.deny_training = true") as deck:
        assert reasons(deck)[GRATIS.id] == "may log or train on prompts"
        deck.ask("Hello", model=PAID.id)
    (call,) = shop.providers["cloud"].calls
    assert call.deny_training


# [monitoring]


def test_old_runs_and_turns_are_deleted_when_the_deck_closes_and_totals_stay(opened: Open, shop: World) -> None:
    shop.turns.add(_turn("old"))
    with opened("monitoring.retention_days = 30") as deck:
        old = deck.ask("Hello", model=PAID.id)
        before = deck.money.usage("all")
        shop.clock.advance(31 * 86_400)
        new = deck.ask("Hello", conversation="new")
    with opened("") as deck:
        assert [run.run for run in deck.history.runs()] == [new.run]
        assert deck.history.conversation("old") == ()
        assert len(deck.history.conversation("new")) == 2
        assert deck.money.usage("all").totals.cost_usd == before.totals.cost_usd + (new.cost.usd or 0)
    assert old.cost.usd


# [providers.NAME]


def test_a_provider_of_which_only_free_models_are_wanted(opened: Open, shop: World) -> None:
    shop.providers["cloud"].change_info(free_only=True)
    with opened("") as deck:
        assert {model.id for model in deck.catalog.models} == {GRATIS.id, OTHER.id, HOME.id}


# edited while the deck is open


class Edited:
    """A settings file that a person has just saved."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def edited(self) -> bool:
        return True

    def read(self, state: DeckState) -> LoadedSettings:
        return load_settings(self._path, state, {})


def test_an_edited_policy_holds_from_the_next_selection_on(shop: World, tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    with Deck(replace(shop.parts(), settings_source=Edited(path))) as deck:

        def edit(text: str) -> None:
            path.write_text(text, encoding="utf-8")
            deck.reload()

        assert deck.ask("Hello").model == GRATIS.id
        edit("selection.free_first = false\n[selection.weights.balanced]\nsuccess = 0\ncost = 0\nspeed = 0\nload = 0")
        assert deck.select("Hello").model == PAID.id
        edit("limits.requests_day = 1")
        with pytest.raises(NothingSelectableError, match="quota of all requests 0/1"):
            deck.ask("Hello")
        edit("[models.'home/llama:8b']\nsafety = 1\n[safety]\nmin_safety = 0.5")
        assert deck.ask("Hello").model == HOME.id
        edit("selection.learning = false")
        before = len(shop.experience.recorded)
        deck.ask("Hello")
        assert len(shop.experience.recorded) == before
        edit("[budget.tasks.coding]\nday_usd = 0")
        assert PAID.id in reasons(deck, task="coding")
        assert PAID.id not in reasons(deck, task="chat")
