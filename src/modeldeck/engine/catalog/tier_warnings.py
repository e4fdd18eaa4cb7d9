"""What a person's own tier lists may cost without being meant to."""

from modeldeck.domain.loaded import LoadedSettings
from modeldeck.domain.task import Tier
from modeldeck.engine.catalog.catalog import Catalog
from modeldeck.engine.catalog.unlisted import source_of


def paid_fallback(loaded: LoadedSettings, catalog: Catalog) -> str | None:
    """A sentence for a person whose list for tier fallback holds paid models only, while others cost nothing.

    Most tasks draw from that tier, and a list of one's own goes before free first.
    """
    lists = loaded.settings.tiers.get(Tier.FALLBACK)
    if lists is None or lists.free or not lists.paid or not loaded.settings.selection.free_first:
        return None
    if not any(model.free for model in catalog.models):
        return None
    return (
        f"{source_of(loaded, 'tiers.fallback.paid')} names no free model: most tasks draw from tier fallback and will"
        " cost money. MODEL_FREE_FALLBACK_1 or `tiers.fallback.free` puts free models before it."
    )
