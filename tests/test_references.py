"""The names under which other collections know our providers, and what they are put together to."""

from pathlib import Path

from genai_prices.data import providers

from fakes import FakeClock, make_model
from modeldeck.domain.pricing import PriceOrigin
from modeldeck.references import build_references
from modeldeck.storage.database import Database
from modeldeck.storage.package_data import load_references, load_vendors


def test_every_name_is_known_on_both_sides() -> None:
    tables = load_references()
    assert set(tables) <= set(load_vendors())
    assert {name for table in tables.values() for name in table} == {"genai_prices", "models_dev", "openrouter"}
    known = {provider.id for provider in providers}
    assert {table["genai_prices"] for table in tables.values() if "genai_prices" in table} <= known


def test_a_bare_id_is_priced_from_what_is_installed(tmp_path: Path, clock: FakeClock) -> None:
    database = Database(tmp_path / "deck.db", clock)
    references = build_references(database, clock, online=False)
    bare = make_model("anthropic/claude-haiku-4-5", price=None)
    (model,) = references.complete({"anthropic": [bare]}, [])["anthropic"]
    database.close()
    assert model.pricing is not None
    assert model.pricing.origin is PriceOrigin.GENAI_PRICES
    assert not references.due()
