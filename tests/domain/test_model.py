from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from modeldeck.domain.model import Capability, Kind, Model, Origin, parse_capability
from modeldeck.domain.pricing import LOCAL_PRICING, Pricing

FREE = Pricing(Decimal(0), Decimal(0))
PAID = Pricing(Decimal("1e-6"), Decimal("2e-6"))


def model(**facts: Any) -> Model:
    native_id = facts.pop("native_id", "maker/name")
    return Model(
        id=f"p/{native_id}", provider="p", native_id=native_id, name="Name", origin=Origin("provider"), **facts
    )


@pytest.mark.parametrize(
    ("facts", "kind"),
    [
        pytest.param({"pricing": FREE}, Kind.FREE, id="zero price"),
        pytest.param({"pricing": PAID}, Kind.PAID, id="price"),
        pytest.param({"pricing": None}, Kind.PAID, id="an unknown price is not free"),
        pytest.param({"pricing": LOCAL_PRICING, "local": True}, Kind.LOCAL, id="local is not free"),
        pytest.param({"pricing": FREE, "text_output": False}, Kind.PAID, id="no text output"),
        pytest.param({"pricing": Pricing(Decimal(0), Decimal(0), request=Decimal(1))}, Kind.PAID, id="request fee"),
    ],
)
def test_kind(facts: dict[str, Any], kind: Kind) -> None:
    assert model(**facts).kind is kind


def test_declared_free_needs_the_name_and_the_price() -> None:
    assert model(native_id="a/b:free", pricing=FREE).declared_free
    assert not model(native_id="a/b:free", pricing=PAID).declared_free
    assert not model(native_id="a/b", pricing=FREE).declared_free


def test_a_fact_without_an_origin_of_its_own_has_the_listing_s() -> None:
    user = Origin("user", datetime(2026, 1, 1, tzinfo=UTC))
    entry = model(origins={"context": user})
    assert entry.origin_of("context") is user
    assert entry.origin_of("pricing") == Origin("provider")


@pytest.mark.parametrize("text", ["function-calling", "Function_Calling", "tools"])
def test_capability_aliases(text: str) -> None:
    assert parse_capability(text) is Capability.TOOLS


def test_an_unknown_capability_names_the_allowed_ones() -> None:
    with pytest.raises(ValueError, match=r"telepathy.*vision.*fast-response"):
        parse_capability("telepathy")
