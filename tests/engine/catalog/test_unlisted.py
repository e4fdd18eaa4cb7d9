"""A name that nobody lists is said once, with who names it and what happens without it."""

import pytest

from fakes import START, make_model
from modeldeck.domain.loaded import EnvironmentTask, LoadedSettings
from modeldeck.domain.settings import ModelSettings, SavingsSettings, SelectionSettings, Settings, TierSettings
from modeldeck.domain.state import DeckState
from modeldeck.domain.task import Mode, Task, Tier
from modeldeck.engine.catalog.catalog import Catalog
from modeldeck.engine.catalog.unlisted import unlisted_names
from modeldeck.ports import CachedListing


@pytest.fixture
def catalog() -> Catalog:
    catalog = Catalog()
    catalog.update(
        {
            "cloud": CachedListing("cloud", (make_model("cloud/llama"),), START),
            "empty": CachedListing("empty", (), None, START, "no answer"),
        }
    )
    return catalog


def told(catalog: Catalog, settings: Settings, *held: EnvironmentTask) -> tuple[str, ...]:
    loaded = LoadedSettings(
        settings=settings,
        state=DeckState(),
        tasks=(Task(name="qa", purpose="", mode=Mode.MANUAL, model="nobody"), Task(name="coding", purpose="")),
        environment_tasks=held,
        origins={"tasks.qa.model": "config.toml line 4", "tiers.budget.free": "environment MODEL_FREE_BUDGET_*"},
    )
    return unlisted_names(loaded, catalog, {"cloud", "empty"})


def test_variables_tasks_tiers_and_single_names_are_looked_up(catalog: Catalog) -> None:
    settings = Settings(
        tiers={Tier.BUDGET: TierSettings(free=("llama", "gone")), Tier.PREMIUM: TierSettings(paid=("away",))},
        selection=SelectionSettings(default_model="nothing", last_resort="llama"),
        savings=SavingsSettings(baseline="none"),
        models={"cloud/llama": ModelSettings(), "cloud/other": ModelSettings()},
    )
    assert told(catalog, settings, EnvironmentTask("coding", "nonsense", "AI_CODING_MODEL")) == (
        "AI_CODING_MODEL names 'nonsense', which no provider lists; task coding goes on without it.",
        "`tasks.qa.model` in config.toml line 4 names 'nobody', which no provider lists; task qa cannot use it.",
        "`tiers.premium.paid` in config.toml names 'away', which no provider lists; it is left out.",
        "MODEL_FREE_BUDGET_* names 'gone', which no provider lists; it is left out.",
        "`selection.default_model` in config.toml names 'nothing', which no provider lists; it is passed over.",
        "`savings.baseline` in config.toml names 'none', which no provider lists; it is passed over.",
        '`models."cloud/other"` in config.toml is no model that is listed; its facts wait for one.',
    )


def test_a_variable_stands_for_the_task_that_it_holds(catalog: Catalog) -> None:
    assert told(catalog, Settings(), EnvironmentTask("qa", "llama", "AI_QA_MODEL")) == ()


def test_a_new_release_at_a_known_provider_is_told_and_tried(catalog: Catalog) -> None:
    held = EnvironmentTask("qa", "cloud/brand-new", "AI_QA_MODEL")
    assert told(catalog, Settings(), held) == (
        "AI_QA_MODEL names 'cloud/brand-new', which cloud does not list; it is tried all the same.",
    )


@pytest.mark.parametrize("name", ["cloud/llama", "llama", "cloud/brand-new"])
def test_a_model_that_free_only_rules_out_is_told(catalog: Catalog, name: str) -> None:
    catalog.adopt({}, {"cloud"})
    catalog.update({"cloud": CachedListing("cloud", (make_model("cloud/llama"),), START)})
    assert told(catalog, Settings(), EnvironmentTask("qa", name, "AI_QA_MODEL")) == (
        f"AI_QA_MODEL names '{name}', which free_only of cloud rules out; task qa goes on without it.",
    )


def test_facts_of_a_model_that_free_only_rules_out_wait_for_nothing(catalog: Catalog) -> None:
    catalog.adopt({}, {"cloud"})
    catalog.update({"cloud": CachedListing("cloud", (make_model("cloud/llama"),), START)})
    catalog.set_filter(free_only=True)
    models = {"cloud/llama": ModelSettings(), "cloud/other": ModelSettings()}
    assert told(catalog, Settings(models=models))[1:] == (
        '`models."cloud/other"` in config.toml is no model that is listed; its facts wait for one.',
    )


def test_a_provider_whose_list_never_came_is_not_held_against_a_name(catalog: Catalog) -> None:
    assert told(catalog, Settings(), EnvironmentTask("qa", "empty/something", "AI_QA_MODEL")) == ()


def test_a_name_that_nobody_lists_and_whose_provider_has_no_key_is_told_with_both(catalog: Catalog) -> None:
    settings = Settings(tiers={Tier.PREMIUM: TierSettings(paid=("deepseek/deepseek-r1:free",))})
    assert told(catalog, settings)[1:] == (
        "`tiers.premium.paid` in config.toml names 'deepseek/deepseek-r1:free', which no provider lists, and deepseek"
        " is off or has no key; it is left out.",
    )
