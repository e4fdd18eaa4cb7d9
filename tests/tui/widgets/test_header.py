from decimal import Decimal

import pytest
from textual.app import App, ComposeResult

from modeldeck.tui.widgets.header import DeckHeader, Money, Pick, money_wordings

MONEY = Money(Decimal("0.0123"), Decimal("0.45"), Decimal("3.1"), estimated=True, day_limit=Decimal(2), free_share=0.84)


def test_money_gets_shorter_but_never_loses_the_day() -> None:
    wordings = [wording.plain for wording in money_wordings(MONEY)]
    assert [len(wording) for wording in wordings] == sorted((len(wording) for wording in wordings), reverse=True)
    assert all("≈$0.4500" in wording and "≈$0.0123" in wording and "2.00" in wording for wording in wordings)
    assert "≈$0.4500 of $2.00 ▰▰▱▱▱▱▱▱" in wordings[0]


def test_without_a_budget_there_is_no_bar() -> None:
    assert "▱" not in money_wordings(Money())[0].plain


class Lone(App[None]):
    def compose(self) -> ComposeResult:
        yield DeckHeader(id="header")


@pytest.mark.parametrize("width", [60, 80, 100, 120, 200])
@pytest.mark.parametrize(
    "pick",
    [
        Pick(),
        Pick("coding", "openrouter/deepseek/deepseek-r1:free", "FREE"),
        Pick("coding", "openrouter/" + "long-name-" * 20, "PAID"),
        Pick(problem="No model passes: 3 no key, 2 over [budget]."),
    ],
    ids=["nothing yet", "a model", "a very long name", "a problem"],
)
async def test_the_line_fits_and_the_money_is_always_there(width: int, pick: Pick) -> None:
    app = Lone()
    async with app.run_test(size=(width, 5)) as pilot:
        header = app.query_one(DeckHeader)
        header.mode, header.pick, header.money = "auto", pick, MONEY
        await pilot.pause()
        line = header.render().plain
        assert len(line) <= width
        assert "AUTO" in line
        assert "0.45" in line
