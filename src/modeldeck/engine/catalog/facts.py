"""What a listed model's numbers or its name give away, and the person's own facts laid over it.

Thousands of models are derived once, when their list is fetched; a start merges only those that the person named.
"""

import re
from decimal import Decimal
from functools import lru_cache
from typing import Any

from modeldeck.domain.model import LONG_CONTEXT_TOKENS, Capability, Model, Origin, parse_capability
from modeldeck.domain.pricing import MILLION, ZERO, PriceOrigin, Pricing
from modeldeck.domain.settings import ModelPrice, ModelSettings
from modeldeck.engine.catalog.naming import parameters_of

FAST_TOKENS_PER_SECOND = 80.0
"""Output speed from which a model counts as fast: about ten times reading speed."""
FAST_LATENCY_MS = 1_000.0
"""Latency up to which a model of unknown output speed counts as fast: one second keeps a thought unbroken."""
FAST_PARAMETERS = 9_000_000_000
"""Weights up to which a model counts as fast by its size."""

_FAST_NAME = re.compile(r"(?<![a-z0-9])(?:flash|mini|nano|small|haiku|instant|lite)(?![a-z0-9])")
_USER = Origin("user")
_NAME = Origin("name")


def derive_facts(model: Model) -> Model:
    """A model as its provider lists it, with LONG_CONTEXT and FAST derived."""
    return _derive(model, None)


def merge_facts(model: Model, settings: ModelSettings | None, hidden: bool) -> Model:
    """A derived model with `[models."ID"]` laid over it, derived anew where there is any, and its hidden mark set."""
    if settings is not None:
        model = _derive(model._replace(**_own_facts(model, settings)), settings)
    return model._replace(hidden=True) if hidden and not model.hidden else model


def _own_facts(model: Model, settings: ModelSettings) -> dict[str, Any]:
    changes: dict[str, Any] = {
        fact: value
        for fact in ("context", "quality", "safety", "latency_ms", "tokens_per_second", "alias")
        if (value := getattr(settings, fact)) is not None
    }
    if settings.specialization:
        changes["specializations"] = {kind.value: value for kind, value in settings.specialization.items()}
    if settings.capabilities is not None:
        changes["capabilities"] = frozenset(parse_capability(name) for name in settings.capabilities)
    pricing = _own_prices(model.pricing, settings.price)
    if pricing is not None:
        changes["pricing"] = pricing
    if settings.hidden:
        changes["hidden"] = True
    changes["origins"] = {**model.origins, **dict.fromkeys(changes, _USER)}
    return changes


def _own_prices(listed: Pricing | None, own: ModelPrice) -> Pricing | None:
    """The person's prices; what they leave out is as listed, and without both token prices all stays as listed."""
    if own == ModelPrice():
        return None
    price_input = _per_token(own.input, None if listed is None else listed.input)
    price_output = _per_token(own.output, None if listed is None else listed.output)
    if price_input is None or price_output is None:
        return None
    return Pricing(
        price_input,
        price_output,
        PriceOrigin.USER,
        request=ZERO if own.request is None else own.request,
        cache_read=_per_token(own.cache_read, None),
        cache_write=_per_token(own.cache_write, None),
        reasoning=_per_token(own.reasoning, None),
    )


def _per_token(per_million: Decimal | None, listed: Decimal | None) -> Decimal | None:
    return listed if per_million is None else per_million / MILLION


def _derive(model: Model, settings: ModelSettings | None) -> Model:
    capabilities = model.capabilities
    if model.context is not None:
        long = frozenset({Capability.LONG_CONTEXT})
        capabilities = capabilities | long if model.context >= LONG_CONTEXT_TOKENS else capabilities - long
    fast, origin = _fast(model, settings)
    if fast:
        capabilities = capabilities | {Capability.FAST}
    elif origin is not None:
        capabilities = capabilities - {Capability.FAST}
    if capabilities == model.capabilities:
        return model
    origins = model.origins if origin is None else {**model.origins, Capability.FAST.value: origin}
    return model._replace(capabilities=capabilities, origins=origins)


def _fast(model: Model, settings: ModelSettings | None) -> tuple[bool, Origin | None]:
    """Whether the model is fast and by which evidence: the person's word, its speed, its name; None is no evidence."""
    if settings is not None and settings.fast is not None:
        return settings.fast, _USER
    if model.tokens_per_second is not None:
        return model.tokens_per_second >= FAST_TOKENS_PER_SECOND, model.origin_of("tokens_per_second")
    if model.latency_ms is not None:
        return model.latency_ms <= FAST_LATENCY_MS, model.origin_of("latency_ms")
    if Capability.FAST in model.capabilities:
        return True, model.origin_of("capabilities")
    return (True, _NAME) if _fast_by_name(model) else (False, None)


def _fast_by_name(model: Model) -> bool:
    if _has_fast_word(model.native_id):
        return True
    size = parameters_of(model)
    return size is not None and size <= FAST_PARAMETERS


@lru_cache(maxsize=65_536)
def _has_fast_word(name: str) -> bool:
    return _FAST_NAME.search(name.lower()) is not None
