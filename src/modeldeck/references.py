"""Puts together what completes the providers' lists; loaded when lists are fetched, because no plain start needs it."""

from modeldeck.engine.catalog.references import References
from modeldeck.ports import Clock
from modeldeck.providers.network import Network
from modeldeck.providers.references.models_dev import ModelsDev
from modeldeck.providers.references.price_book import InstalledPrices
from modeldeck.storage.database import Database
from modeldeck.storage.package_data import load_references
from modeldeck.storage.reference_cache import SqliteReferenceCache


def build_references(database: Database, clock: Clock, *, online: bool) -> References:
    """models.dev, the installed prices and OpenRouter's list, with the names that they have for our providers.

    Args:
        database: where facts are kept.
        clock: ages them.
        online: whether models.dev may be asked.
    """
    tables = load_references()

    def names(collection: str) -> dict[str, str]:
        return {provider: table[collection] for provider, table in tables.items() if collection in table}

    return References(
        source=ModelsDev(names("models_dev"), Network(off=not online), clock),
        online=online,
        book=InstalledPrices(names("genai_prices"), clock),
        cache=SqliteReferenceCache(database),
        authors=names("openrouter"),
        clock=clock,
    )
