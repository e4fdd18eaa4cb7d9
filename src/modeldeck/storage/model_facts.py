"""A catalog model as compact JSON, and back.

Loading thousands of models decides how fast the program starts. So the usual facts stand in a list in a fixed order,
and only what else differs from its default is named; sets, origins and prices are single strings: they repeat from
model to model, and each distinct one is read once.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from modeldeck.domain.model import Capability, Model, Origin
from modeldeck.domain.pricing import PriceOrigin, PriceOverride, Pricing
from modeldeck.storage.values import dump, load

_PRICES = ("input", "output", "request", "image", "cache_read", "cache_write", "reasoning")
_OVERRIDE_PRICES = ("input", "output", "cache_read", "cache_write")
_CONDITIONS = ("min_input_tokens", "utc_start", "utc_end")
_UNKNOWN = "-"


def _origin_text(origin: Origin) -> str:
    return f"{_UNKNOWN if origin.at is None else origin.at.isoformat()} {origin.source}"


def _pricing_text(pricing: Pricing) -> str:
    """Origin and prices, separated by spaces; each override follows after a comma."""
    plain = " ".join([pricing.origin, *_words(getattr(pricing, name) for name in _PRICES)])
    return ",".join([plain, *map(_override_text, pricing.overrides)])


def _override_text(override: PriceOverride) -> str:
    return " ".join(_words(getattr(override, name) for name in (*_CONDITIONS, *_OVERRIDE_PRICES)))


def _words(values: Iterable[Decimal | int | None]) -> list[str]:
    return [_UNKNOWN if value is None else str(value) for value in values]


def _set_text(names: Iterable[str]) -> str:
    return dump(sorted(names))


_TO_TEXT: Mapping[str, Callable[[Any], Any]] = {
    "origin": _origin_text,
    "origins": lambda origins: dump({fact: _origin_text(origin) for fact, origin in origins.items()}),
    "pricing": _pricing_text,
    "capabilities": _set_text,
    "supported_parameters": _set_text,
    "created": date.isoformat,
    "expires": date.isoformat,
}
_USUAL = (
    "id",
    "provider",
    "native_id",
    "name",
    "origin",
    "origins",
    "pricing",
    "context",
    "max_output",
    "capabilities",
    "created",
    "description",
    "canonical",
    "supported_parameters",
)
_OTHERS: Mapping[str, Any] = {name: default for name, default in Model._field_defaults.items() if name not in _USUAL}


def to_data(model: Model) -> list[Any]:
    """The facts of a model as JSON values: the usual ones, then the others by name; prices are exact strings."""
    others = {name: _value(model, name) for name, default in _OTHERS.items() if getattr(model, name) != default}
    return [*(_value(model, name) for name in _USUAL), others]


def _value(model: Model, name: str) -> Any:
    value, convert = getattr(model, name), _TO_TEXT.get(name)
    return value if convert is None or value is None else convert(value)


class FactReader:
    """Reads the facts of many models; equal origins, sets and prices become one object."""

    def __init__(self) -> None:
        self._origin = _Memory(_origin)
        self._origins = _Memory(lambda text: {fact: _origin(each) for fact, each in load(text).items()})
        self._pricing = _Memory(_pricing)
        self._capabilities = _Memory(lambda text: frozenset(map(Capability, load(text))))
        self._names = _Memory(lambda text: frozenset(load(text)))
        self._date = _Memory(date.fromisoformat)

    def model(self, data: list[Any]) -> Model:
        """The model that `to_data` described."""
        (
            model,
            provider,
            native_id,
            name,
            origin,
            origins,
            pricing,
            context,
            max_output,
            capabilities,
            created,
            description,
            canonical,
            supported_parameters,
            others,
        ) = data
        if "expires" in others:
            others["expires"] = self._date[others["expires"]]
        if "aliases" in others:
            others["aliases"] = tuple(others["aliases"])
        return Model(
            id=model,
            provider=provider,
            native_id=native_id,
            name=name,
            origin=self._origin[origin],
            origins=self._origins[origins],
            pricing=self._pricing[pricing],
            context=context,
            max_output=max_output,
            capabilities=self._capabilities[capabilities],
            created=self._date[created],
            description=description,
            canonical=canonical,
            supported_parameters=self._names[supported_parameters],
            **others,
        )


class _Memory(dict[str | None, Any]):
    """Reads each distinct text once; None stays None."""

    def __init__(self, read: Callable[[str], Any]) -> None:
        super().__init__()
        self._reader = read

    def __missing__(self, text: str | None) -> Any:
        value = self[text] = None if text is None else self._reader(text)
        return value


def _origin(text: str) -> Origin:
    at, _, source = text.partition(" ")
    return Origin(source, None if at == _UNKNOWN else datetime.fromisoformat(at))


def _pricing(text: str) -> Pricing:
    plain, *overrides = text.split(",")
    origin, *words = plain.split(" ")
    prices = {name: Decimal(word) for name, word in zip(_PRICES, words, strict=True) if word != _UNKNOWN}
    return Pricing(origin=PriceOrigin(origin), overrides=tuple(map(_override, overrides)), **prices)


def _override(text: str) -> PriceOverride:
    words = [None if word == _UNKNOWN else word for word in text.split(" ")]
    conditions = (None if word is None else int(word) for word in words[: len(_CONDITIONS)])
    low, start, end = conditions
    prices = (None if word is None else Decimal(word) for word in words[len(_CONDITIONS) :])
    return PriceOverride(low, start, end, *prices)
