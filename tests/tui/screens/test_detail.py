"""The overlay with everything about one model."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from textual.widget import Widget
from textual.widgets import Static

from fake_host import hosted
from fakes import START, World, make_model
from modeldeck.domain.model import Origin
from modeldeck.domain.pricing import PriceOrigin, PriceOverride, Pricing
from modeldeck.engine.deck import Deck
from modeldeck.tui.screens.detail import DetailScreen

PRICE = Pricing(
    Decimal("0.00000125"),
    Decimal("0.00001"),
    PriceOrigin.GENAI_PRICES,
    cache_read=Decimal("0.000000125"),
    overrides=(PriceOverride(utc_start=990, utc_end=30, input=Decimal("0.0000025"), output=Decimal("0.000015")),),
)
MODEL = make_model("cloud/[red]m", price=None, knowledge="2025-01", max_output=64_000)._replace(
    pricing=PRICE,
    origins={"pricing": Origin("genai-prices", START), "knowledge": Origin("models.dev", START)},
)


async def shown(world: World, width: int = 100) -> list[str]:
    with Deck(world.parts()) as deck:
        screen = DetailScreen(deck, MODEL.id)
        async with hosted(Widget(), size=(width, 40)) as stage:
            await stage.app.push_screen(screen)
            await stage.until(lambda: bool(screen.query(Static)) and bool(str(screen.query_one(Static).render())))
            return str(screen.query_one(Static).render()).splitlines()


def line(lines: list[str], label: str) -> str:
    return next(line for line in lines if line.startswith(label))


async def test_each_fact_has_its_origin_and_age(world: World) -> None:
    world.add("cloud", MODEL)
    world.clock.advance(timedelta(hours=3).total_seconds())
    lines = await shown(world)
    assert line(lines, "name").split(maxsplit=2) == ["name", "[red]m", "provider, 3 h old"]
    assert line(lines, "input price").endswith("genai-prices, 3 h old")
    assert line(lines, "input price").index("genai") == line(lines, "name").index("provider")
    assert "0.125 $/M" in line(lines, "cached input")
    assert "2.50 in, 15.00 out $/M 16:30 to 00:30 UTC" in "\n".join(lines)
    assert line(lines, "knows until").split(maxsplit=3)[2:] == ["2025-01", "models.dev, 3 h old"]


async def test_where_there_is_no_room_for_columns_origins_follow_their_values(world: World) -> None:
    world.add("cloud", MODEL._replace(alias="m1"))
    lines = await shown(world, 60)
    assert line(lines, "name") == f"{'name':<16}[red]m   provider, just now"
    assert line(lines, "alias") == f"{'alias':<16}m1   user"


async def test_an_unknown_price_stays_unknown(world: World) -> None:
    world.add("cloud", MODEL._replace(pricing=None, max_output=None))
    lines = await shown(world)
    assert "unknown" in line(lines, "price")
    assert line(lines, "longest answer").split() == ["longest", "answer", "—"], "nobody told it"
    assert not [text for text in lines if "$/M" in text]


async def test_a_fee_per_request_is_named(world: World) -> None:
    world.add("cloud", MODEL._replace(pricing=replace(PRICE, request=Decimal("0.005"))))
    assert "$0.0050 a request" in line(await shown(world), "fee")
