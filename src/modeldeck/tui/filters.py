"""The filter panel's choices as deck.toml keeps them, as the engine wants them, and as chips on screen."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal, InvalidOperation

from modeldeck.domain.model import Capability, Kind
from modeldeck.engine.catalog.filter import ModelFilter
from modeldeck.tui.format import clean, context

Stored = Mapping[str, str | bool | int | float]
EVERYTHING = ModelFilter()


def read_filters(stored: Stored, usual: ModelFilter = EVERYTHING) -> ModelFilter:
    """The filter that deck.toml holds, else the `usual` one of the settings.

    A value that means nothing (any more) filters nothing.
    """
    if not stored.keys() - set(_ORDER_KEYS):
        return usual
    return ModelFilter(
        kind=_kind(stored.get("kind")),
        providers=frozenset(_words(stored.get("providers"))),
        capabilities=frozenset(Capability(word) for word in _words(stored.get("capabilities")) if word in _KNOWN),
        max_price=_price(stored.get("max_price")),
        min_context=_count(stored.get("min_context")),
        keyed_only=stored.get("keyed_only") is True,
    )


def store_filters(
    wanted: ModelFilter, before: Stored, usual: ModelFilter = EVERYTHING
) -> dict[str, str | bool | int | float]:
    """What deck.toml keeps of a filter: only what filters and is not usual, beside the order that `before` holds."""
    stored: dict[str, str | bool | int | float] = {key: before[key] for key in _ORDER_KEYS if key in before}
    if wanted == usual:
        return stored
    if wanted == EVERYTHING:
        return {**stored, "cleared": True}
    if wanted.kind is not None:
        stored["kind"] = wanted.kind.value
    if wanted.providers:
        stored["providers"] = ",".join(sorted(wanted.providers))
    if wanted.capabilities:
        stored["capabilities"] = ",".join(sorted(wanted.capabilities))
    if wanted.max_price is not None:
        stored["max_price"] = str(wanted.max_price)
    if wanted.min_context is not None:
        stored["min_context"] = wanted.min_context
    if wanted.keyed_only:
        stored["keyed_only"] = True
    return stored


def store_order(key: str, turned: bool, before: Stored) -> dict[str, str | bool | int | float]:
    """What deck.toml keeps when the Models table is sorted: the column's key ("" for none), and if it is turned."""
    stored = {name: value for name, value in before.items() if name not in _ORDER_KEYS}
    if key:
        stored["sort"] = key
    if turned:
        stored["turned"] = True
    return stored


def read_order(stored: Stored) -> tuple[str, bool]:
    """The column's key and whether its direction is turned round, as deck.toml holds them."""
    key = stored.get("sort")
    return key if isinstance(key, str) else "", stored.get("turned") is True


def chips(wanted: ModelFilter) -> list[str]:
    """One short word for everything that filters."""
    words = [] if wanted.kind is None else [wanted.kind.value]
    words += [clean(provider) for provider in sorted(wanted.providers)]
    words += sorted(wanted.capabilities)
    if wanted.max_price is not None:
        words.append(f"≤ ${wanted.max_price}/M")
    if wanted.min_context is not None:
        words.append(f"≥ {context(wanted.min_context)}")
    if wanted.keyed_only:
        words.append("with a key")
    return words


def toggle_kind(wanted: ModelFilter, kind: Kind) -> ModelFilter:
    """Only this kind, or every kind again when it was chosen already."""
    return replace(wanted, kind=None if wanted.kind is kind else kind)


_ORDER_KEYS = ("sort", "turned")
_KNOWN = {capability.value for capability in Capability}


def _words(value: object) -> list[str]:
    return [word for word in value.split(",") if word] if isinstance(value, str) else []


def _kind(value: object) -> Kind | None:
    return Kind(value) if isinstance(value, str) and value in {kind.value for kind in Kind} else None


def _price(value: object) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        price = Decimal(str(value))
    except InvalidOperation:
        return None
    return price if price.is_finite() and price >= 0 else None


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None
