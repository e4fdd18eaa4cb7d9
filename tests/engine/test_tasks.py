"""Assignments and their layers: environment over deck.toml over config.toml over defaults."""

import pytest

from fakes import MemoryState
from modeldeck.domain.errors import UnknownModelError, UsageError
from modeldeck.domain.loaded import EnvironmentTask, LoadedSettings
from modeldeck.domain.settings import Settings
from modeldeck.domain.state import Assignment, DeckState
from modeldeck.domain.task import DEFAULT_TASKS, Mode, Strategy, Task, Tier
from modeldeck.engine.choices import Choices
from modeldeck.engine.tasks import Tasks

CONFIGURED = Task(name="coding", purpose="code", tier=Tier.PREMIUM, source="config.toml")


def resolve(text: str) -> str:
    if text == "nonsense":
        raise UnknownModelError(text)
    return f"cloud/{text}"


def tasks(file: MemoryState, *environment: EnvironmentTask) -> Tasks:
    configured = tuple(CONFIGURED if task.name == "coding" else task for task in DEFAULT_TASKS)
    loaded = LoadedSettings(settings=Settings(), state=file.state, tasks=configured, environment_tasks=environment)
    return Tasks(loaded, Choices(file.state, file), resolve)


@pytest.fixture
def file() -> MemoryState:
    return MemoryState()


def test_tasks_keep_their_order_and_source(file: MemoryState) -> None:
    found = tasks(file).all()
    assert [task.name for task in found] == [task.name for task in DEFAULT_TASKS]
    assert {task.name: task.source for task in found}["coding"] == "config.toml"
    assert {task.name: task.source for task in found}["chat"] == "default"


def test_assigning_pins_the_resolved_model_and_is_saved(file: MemoryState) -> None:
    task = tasks(file).assign("coding", "llama", prefer=False, tier=None, strategy="cost_based")
    assert (task.mode, task.model, task.strategy, task.source) == (
        Mode.MANUAL,
        "cloud/llama",
        Strategy.COST,
        "deck.toml",
    )
    assert task.tier is Tier.PREMIUM
    assert file.state.assignments == {
        "coding": Assignment(mode=Mode.MANUAL, model="cloud/llama", strategy=Strategy.COST)
    }


def test_preferring_makes_the_mode_hybrid(file: MemoryState) -> None:
    assert tasks(file).assign("chat", "llama", prefer=True, tier="budget", strategy=None).mode is Mode.HYBRID
    assert tasks(file).get("chat").tier is Tier.BUDGET


@pytest.mark.parametrize("model", [None, "auto"])
def test_assigning_auto_is_a_policy_only(file: MemoryState, model: str | None) -> None:
    task = tasks(file).assign("chat", model, prefer=True, tier="premium", strategy=None)
    assert (task.mode, task.model, task.tier) == (Mode.AUTO, None, Tier.PREMIUM)


def test_unassigning_gives_the_layer_below_back(file: MemoryState) -> None:
    book = tasks(file)
    book.assign("coding", "llama", prefer=False, tier=None, strategy=None)
    assert book.unassign("coding") == CONFIGURED
    assert book.unassign("coding") == CONFIGURED
    assert file.state == DeckState()


def test_a_variable_outranks_the_assignment_but_only_prefers(file: MemoryState) -> None:
    held = EnvironmentTask("coding", "llama", "AI_CODING_MODEL")
    task = tasks(file, held).assign("coding", "other", prefer=False, tier="budget", strategy=None)
    assert (task.mode, task.model, task.tier) == (Mode.HYBRID, "llama", Tier.BUDGET)
    assert task.source == "environment AI_CODING_MODEL"


def test_an_alias_means_its_task(file: MemoryState) -> None:
    book = tasks(file)
    book.assign("narrative", "llama", prefer=False, tier=None, strategy=None)
    assert book.get("therapeutic_narrative").model == "cloud/llama"
    assert book.get("narrative").name == "therapeutic_narrative"


def test_an_unknown_task_has_the_default_policy_under_its_own_name(file: MemoryState) -> None:
    book = tasks(file)
    book.assign("default", "llama", prefer=True, tier="premium", strategy=None)
    task = book.get("sorting_socks")
    assert (task.name, task.mode, task.model, task.tier) == ("sorting_socks", Mode.HYBRID, "cloud/llama", Tier.PREMIUM)
    assert "sorting_socks" not in [task.name for task in book.all()]
    book.assign("sorting_socks", None, prefer=False, tier=None, strategy=None)
    assert book.all()[-1].name == "sorting_socks"


@pytest.mark.parametrize(("tier", "strategy"), [("gold", None), (None, "vibes")])
def test_unknown_words_are_refused_and_nothing_is_kept(
    file: MemoryState, tier: str | None, strategy: str | None
) -> None:
    with pytest.raises(UsageError):
        tasks(file).assign("chat", "llama", prefer=False, tier=tier, strategy=strategy)
    assert file.state == DeckState()


def test_an_unknown_model_is_refused_and_nothing_is_kept(file: MemoryState) -> None:
    with pytest.raises(UnknownModelError):
        tasks(file).assign("chat", "nonsense", prefer=False, tier=None, strategy=None)
    assert file.state == DeckState()
