from decimal import Decimal
from typing import Any

import pytest

from fake_wire import NOW, VENDORS
from modeldeck.domain.model import Capability, Model
from modeldeck.providers.listing.entries import ListContext
from modeldeck.providers.openai.listing import read_models


def read(vendor: str, *entries: dict[str, Any]) -> dict[str, Model]:
    models = read_models({"data": list(entries)}, ListContext(vendor=VENDORS[vendor], local=False, at=NOW))
    assert models is not None
    return {model.native_id: model for model in models}


def host(**facts: Any) -> dict[str, Any]:
    prices = {"pricing": {"input": 1, "output": 2}, "context_length": 1000, "supports_tools": True}
    return {"provider": "x", "status": "live", **prices, **facts}


def test_what_several_hosts_serve_has_the_facts_that_always_hold() -> None:
    dear = host(pricing={"input": 3, "output": 1}, context_length=900, supports_structured_output=True)
    model = read("huggingface", {"id": "a/m", "providers": [host(), dear, host(status="staging", context_length=1)]})
    pricing = model["a/m"].pricing
    assert pricing is not None
    assert (pricing.input * 10**6, pricing.output * 10**6) == (Decimal(3), Decimal(2))
    assert model["a/m"].context == 900
    assert Capability.TOOLS in model["a/m"].capabilities
    assert Capability.JSON not in model["a/m"].capabilities


def test_what_no_host_serves_now_is_not_listed() -> None:
    assert read("huggingface", {"id": "a/m", "providers": [host(status="staging")]}, {"id": "a/n"}) == {}


@pytest.mark.parametrize(
    ("hosts", "free", "known"),
    [
        ([host(is_free=True)], True, True),
        ([host(is_free=True), host()], False, True),
        ([host(is_free=True), host(pricing=None)], False, False),
        ([host(pricing={"input": 1})], False, False),
    ],
)
def test_free_and_unknown_prices_of_hosts(hosts: list[dict[str, Any]], free: bool, known: bool) -> None:
    model = read("huggingface", {"id": "a/m", "providers": hosts})["a/m"]
    assert (model.free, model.pricing is not None) == (free, known)


@pytest.mark.parametrize(
    "pricing", [None, {}, {"input": 0}, {"input": "x", "output": 1}, {"input": 0, "output": 0, "hourly": 2.5}]
)
def test_a_price_that_is_not_stated_in_full_is_unknown(pricing: Any) -> None:
    model = read("together", {"id": "m", "type": "chat", "pricing": pricing})["m"]
    assert model.pricing is None
    assert not model.free


def test_prices_are_only_read_where_their_unit_is_known() -> None:
    assert read("groq", {"id": "m", "pricing": {"input": 1, "output": 1}})["m"].pricing is None


@pytest.mark.parametrize("value", [-1, "many", None, 1.5])
def test_xais_prices_are_whole_numbers(value: Any) -> None:
    entry = {"id": "m", "prompt_text_token_price": value, "completion_text_token_price": 5}
    assert read("xai", entry)["m"].pricing is None


def test_aliases_are_other_names_of_one_model() -> None:
    main = {"id": "big-2512", "name": "big-2512", "aliases": ["big-latest", "gone", "small-1"]}
    alias = {"id": "big-newest", "name": "big-2512"}
    models = read(
        "mistral", alias, main, {"id": "small-1", "name": "small-1"}, {"id": "big-latest", "name": "big-2512"}
    )
    assert models.keys() == {"big-2512", "small-1"}
    assert models["big-2512"].aliases == ("big-latest", "big-newest", "gone")


def test_names_that_point_at_each_other_are_no_aliases() -> None:
    assert read("mistral", {"id": "a", "name": "b"}, {"id": "b", "name": "a"}).keys() == {"a", "b"}


def test_dates_in_either_form() -> None:
    models = read("openai", {"id": "a", "shutdown_date": "2026-12-01"}, {"id": "b", "shutdown_date": 1796083200})
    assert {name: str(model.expires) for name, model in models.items()} == {"a": "2026-12-01", "b": "2026-12-01"}
