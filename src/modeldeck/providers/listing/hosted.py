"""Prices in the model lists of hosted services, and what a list says of a model that several services host.

Sources: docs.together.ai/reference/models, docs.x.ai/docs/api-reference#list-language-models, and the type of the
list in Hugging Face's chat-ui. Prices become USD per token.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from modeldeck.domain.pricing import Pricing
from modeldeck.providers.vendor import PriceForm
from modeldeck.providers.wire.values import as_dict, as_int, as_list, as_price, as_size

_PER_MILLION = -6
_PER_TEN_THOUSANDTHS = -10  # xAI: hundredths of a cent per million tokens


def pricing_of(entry: Mapping[str, Any], form: PriceForm | None) -> Pricing | None:
    """The price that a list entry states; None when it states none, or not both input and output.

    Args:
        entry: of a list, for Hugging Face as `as_served` gives it.
        form: `million`: `pricing.input` and `.output` in USD per million tokens; `hosts`: so at each host;
            `ten_thousandths`: xAI's integers, of which 10,000 are a USD per million tokens.
    """
    if form is None:
        return None
    if form == "ten_thousandths":
        sides = [_integer_price(entry.get(f"{side}_text_token_price")) for side in ("prompt", "completion")]
        cached = _integer_price(entry.get("cached_prompt_text_token_price")) or None
    else:
        prices = as_dict(entry.get("pricing"))
        if as_price(prices.get("hourly")):
            return None  # Together: a machine of one's own, paid by the hour
        sides = [_scaled(as_price(prices.get(side)), _PER_MILLION) for side in ("input", "output")]
        cached = None
    prompt, completion = sides
    return None if prompt is None or completion is None else Pricing(prompt, completion, cache_read=cached)


def as_served(entry: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """An entry of Hugging Face's router with the facts that hold whichever live service answers; None without one.

    That is the smallest context, what all of them can do, and the dearest price; a price that one of them does not
    state is unknown.
    """
    hosts = [host for host in map(as_dict, as_list(entry.get("providers"))) if host.get("status") == "live"]
    if not hosts:
        return None
    prices = [_host_prices(host) for host in hosts]
    features = {"tools": "supports_tools", "structured_outputs": "supports_structured_output"}
    return {
        **entry,
        "context_length": min((size for host in hosts if (size := as_size(host.get("context_length")))), default=None),
        "supported_features": [
            name for name, field in features.items() if all(host.get(field) is True for host in hosts)
        ],
        "pricing": {side: _dearest(price.get(side) for price in prices) for side in ("input", "output")},
    }


def _host_prices(host: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"input": 0, "output": 0} if host.get("is_free") is True else as_dict(host.get("pricing"))


def _dearest(prices: Iterable[Any]) -> Decimal | None:
    known = [as_price(price) for price in prices]
    return None if None in known else max(price for price in known if price is not None)


def _integer_price(value: Any) -> Decimal | None:
    number = as_int(value)
    return None if number is None or number < 0 else _scaled(Decimal(number), _PER_TEN_THOUSANDTHS)


def _scaled(price: Decimal | None, exponent: int) -> Decimal | None:
    return price.scaleb(exponent).normalize() if price else price
