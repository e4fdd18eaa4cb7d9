"""The façade over fakes: what stands against a model now, and what is chosen."""

from decimal import Decimal

import pytest

from fake_stock import FREE, HOME, PAID
from fakes import START, World, failure, make_model, reply
from modeldeck.domain.errors import BudgetError, ErrorKind, NothingSelectableError, UnknownModelError
from modeldeck.domain.loaded import EnvironmentTask
from modeldeck.domain.pricing import CostStatus
from modeldeck.domain.quota import Quota
from modeldeck.domain.request import Message, Request
from modeldeck.domain.run import RunFailedError
from modeldeck.domain.settings import BudgetSettings, ModelSettings, Settings
from modeldeck.domain.task import Mode
from modeldeck.engine.deck import Deck

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
