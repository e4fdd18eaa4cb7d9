"""Made-up catalogs of any size, so that every comparison sees the same shape of data."""

import random
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from modeldeck.clock import SystemClock
from modeldeck.domain.model import Capability, Model, Origin
from modeldeck.domain.pricing import Pricing
from modeldeck.engine.catalog.facts import derive_facts
from modeldeck.storage.catalog_cache import SqliteCatalogCache
from modeldeck.storage.database import Database

READ_AT = datetime(2026, 11, 1, tzinfo=UTC)
MAKERS = ("aurora", "borealis", "cinder", "delta", "ember", "fjord", "granite", "harbor")
WORDS = ("lantern", "compass", "quill", "ledger", "prism", "anchor", "beacon", "atlas", "cedar", "falcon")
FIRST_NAME = "aaa-first-row"


def make_models(count: int, provider: str = "openrouter") -> list[Model]:
    """`count` models with varied prices, contexts and capabilities; deterministic."""
    rng = random.Random(7)
    return [_model(number, provider, rng) for number in range(count)]


def _model(number: int, provider: str, rng: random.Random) -> Model:
    native_id = f"{rng.choice(MAKERS)}/{rng.choice(WORDS)}-{rng.choice((3, 8, 27, 70, 120))}b-{number}"
    if number == 0:
        native_id = f"aaa/{FIRST_NAME}"
    price = Decimal(rng.choice((0, 1, 5, 25, 100, 300, 1500))) / 100 / 1_000_000
    optional = (Capability.TOOLS, Capability.VISION, Capability.JSON, Capability.REASONING)
    return Model(
        id=f"{provider}/{native_id}",
        provider=provider,
        native_id=native_id,
        name=native_id.split("/")[1].replace("-", " ").title(),
        origin=Origin("provider", READ_AT),
        pricing=Pricing(price, price * 4),
        context=rng.choice((8_192, 32_768, 131_072, 262_144, 1_000_000)),
        max_output=rng.choice((None, 4_096, 32_768)),
        capabilities=frozenset(
            [Capability.CHAT, Capability.STREAMING, *(one for one in optional if rng.random() < 0.5)]
        ),
        created=date(2024, 1, 1) + timedelta(days=rng.randrange(900)),
        description="A made-up model for measurements. " * 4,
    )


def fill_cache(folder: str, models: int) -> None:
    """A person's folders under `folder` (config, data) whose catalog cache holds `models` models of one provider."""
    database = Database(Path(folder, "data", "deck.db"), SystemClock())
    SqliteCatalogCache(database).store("openrouter", map(derive_facts, make_models(models)), READ_AT)
    database.close()
