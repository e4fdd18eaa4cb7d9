"""The public names: light to import, lazily loaded, and helpers on one shared deck."""

import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

import modeldeck
from fakes import World, free_model, make_model
from modeldeck import api
from modeldeck.domain.errors import UsageError
from modeldeck.domain.pricing import CostStatus
from modeldeck.engine.deck import Deck

HEAVY = (
    "textual",
    "rich",
    "httpx",
    "sqlite_utils",
    "genai_prices",
    "pynvml",
    "pydantic",
    "psutil",
    "asyncio",
    "decimal",
)


@pytest.fixture
def shared(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """The helpers' shared deck, over fakes."""
    world.add("cloud", make_model("cloud/paid", price=("1", "2")), free_model("cloud/gratis:free"))
    with Deck(world.parts()) as deck:
        monkeypatch.setattr(api, "_shared", deck)
        yield world


def test_importing_the_package_loads_nothing_heavy() -> None:
    code = f"import modeldeck, sys; print([name for name in {HEAVY!r} if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


@pytest.mark.parametrize("name", modeldeck.__all__)
def test_every_public_name_can_be_used(name: str) -> None:
    assert getattr(modeldeck, name) is not None
    assert name in dir(modeldeck)


def test_other_names_do_not_exist() -> None:
    with pytest.raises(AttributeError, match="'modeldeck' has no attribute 'nonsense'"):
        _ = modeldeck.nonsense


def test_select_model_by_prompt_tier_and_wishes(shared: World) -> None:
    assert api.select_model("Write a haiku", require_fast=True).startswith("cloud/")
    assert api.select_model(tier="premium", require_quality=True).startswith("cloud/")
    assert shared.ledger.rows == []


def test_a_task_is_told_from_a_prompt_by_its_name_or_its_inputs(shared: World) -> None:
    deck = api._deck()
    deck.tasks.assign("coding", "paid")
    deck.tasks.assign("extract_values", "gratis:free")
    assert api.select_model("coding") == "cloud/paid"
    assert api.select_model("extract_values", {"text": "a = 1, b = 2"}) == "cloud/gratis:free"
    deck.tasks.assign("default", "paid")
    assert api.select_model("coding is fun, is it not?") == "cloud/paid"


def test_an_unknown_tier_is_refused_with_the_known_ones(shared: World) -> None:
    with pytest.raises(UsageError) as caught:
        api.select_model("Hello", tier="gold")
    assert caught.value.hint == "Tiers are premium, budget, fallback."


def test_usage_of_tokens_known_apart_is_computed(shared: World) -> None:
    api.record_model_usage("paid", input_tokens=1000, output_tokens=500)
    settled = shared.ledger.rows[0].settled
    assert settled is not None
    assert (settled.cost.usd, settled.cost.status) == (Decimal("0.002"), CostStatus.COMPUTED)


def test_usage_of_a_bare_token_count_is_an_estimate(shared: World) -> None:
    api.record_model_usage("paid", 1000)
    settled = shared.ledger.rows[0].settled
    assert settled is not None
    assert (settled.usage.input_tokens, settled.usage.output_tokens) == (750, 250)
    assert (settled.cost.usd, settled.cost.status) == (Decimal("0.00125"), CostStatus.ESTIMATED)


def test_negative_counts_are_refused(shared: World) -> None:
    with pytest.raises(UsageError):
        api.record_model_usage("paid", tokens_used=-1)
    assert shared.ledger.rows == []


def test_the_summary_counts_what_was_recorded(shared: World) -> None:
    api.record_model_usage("gratis:free", tokens_used=150, success=True)
    api.record_model_usage("paid", tokens_used=100, success=False, cost=0.25)
    summary = api.get_usage_summary()
    assert summary["total_models"] == 2
    assert summary["today"] == summary["this_month"]
    today = summary["today"]
    assert (today["requests"], today["succeeded"], today["cost_usd"]) == (2, 1, Decimal("0.25"))
    assert today["free_share"] == 0.5


def test_analyzing_a_prompt_opens_no_deck(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "_deck", None)
    assert api.analyze("Write a Python function that sorts a list").specialization == "coding"


def test_the_shared_deck_opens_once_and_closes_at_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MODELDECK_CONFIG_DIR", str(tmp_path / "config"))
    monkeypatch.setenv("MODELDECK_DATA_DIR", str(tmp_path / "data"))
    try:
        assert api.get_usage_summary()["today"]["requests"] == 0
        api.record_model_usage("nobody/knows-it", 10)
        assert api.get_usage_summary()["today"]["requests"] == 1
        assert api._deck() is api._deck()
    finally:
        api._close()
    try:
        assert api.get_usage_summary()["today"]["requests"] == 1
    finally:
        api._close()
