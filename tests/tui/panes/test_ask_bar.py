from dataclasses import replace

from textual.widgets import Static

from fake_answers import FREE, MINI, SELECTION
from fake_host import hosted
from modeldeck.domain.run import Selected
from modeldeck.domain.task import Mode
from modeldeck.tui.panes.ask_bar import AskBar
from modeldeck.tui.panes.turn import Turn


def turn(reason: str, mode: Mode = Mode.AUTO) -> Turn:
    asked = Turn("Hi", 0.0)
    asked.handle(Selected("run-1", replace(SELECTION, reason=reason, mode=mode)), 0.0)
    return asked


def shown(bar: AskBar) -> list[str]:
    why = bar.query_one("#why", Static)
    return [why.render_line(y).text.rstrip() for y in range(why.size.height)] if why.display else []


async def test_a_long_reason_ends_in_an_ellipsis_and_is_wrapped_anew() -> None:
    bar = AskBar()
    async with hosted(bar, size=(40, 10)) as stage:
        bar.explain(turn(f"{FREE} is better than {MINI} because of many things that take long to tell here"))
        await stage.pilot.pause()
        assert shown(bar)[0].startswith("why: deepseek-r1:free is better than")
        assert len(shown(bar)) == 2
        assert shown(bar)[1].endswith("…")
        await stage.pilot.resize_terminal(120, 10)
        await stage.pilot.pause()
        assert shown(bar) == [
            "why: deepseek-r1:free is better than gpt-5-mini because of many things that take long to tell here"
        ]


async def test_nobody_is_told_why_the_model_that_was_named_is_used() -> None:
    bar = AskBar()
    async with hosted(bar) as stage:
        bar.explain(turn("manual: it was named", Mode.MANUAL))
        await stage.pilot.pause()
        assert shown(bar) == []
