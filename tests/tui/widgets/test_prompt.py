"""The prompt: what sends, what does not, and what comes back."""

from textual import events

from fake_host import Stage, hosted
from modeldeck.tui.widgets.prompt import PromptInput


def prompt() -> PromptInput:
    return PromptInput(placeholder="ask")


def sent(stage: Stage) -> list[str]:
    return [message.text for message in stage.posted(PromptInput.Submitted)]


async def test_enter_sends_and_ctrl_j_begins_a_line() -> None:
    field = prompt()
    async with hosted(field) as stage:
        field.focus()
        await stage.pilot.press("a", "ctrl+j", "b", "enter")
        await stage.pilot.pause()
        assert sent(stage) == ["a\nb"]


async def test_a_blank_prompt_is_not_sent() -> None:
    field = prompt()
    async with hosted(field) as stage:
        field.focus()
        await stage.pilot.press("space", "ctrl+j", "enter")
        await stage.pilot.pause()
        assert sent(stage) == []


async def test_a_paste_never_sends_and_carries_no_control_characters() -> None:
    field = prompt()
    async with hosted(field) as stage:
        field.focus()
        field.post_message(events.Paste("one\r\ntwo\x1b[31m\x07\nthree\tx"))
        await stage.pilot.pause()
        assert sent(stage) == []
        assert field.text == "one\ntwo[31m\nthree\tx"


async def test_a_megabyte_is_folded_and_sent_in_full() -> None:
    field = prompt()
    pasted = "x" * 999 + "\n"
    async with hosted(field) as stage:
        field.focus()
        await stage.pilot.press("a")
        field.post_message(events.Paste(pasted * 1000))
        await stage.pilot.pause()
        assert len(field.text) < 100
        await stage.pilot.press("enter")
        await stage.pilot.pause()
        assert sent(stage) == ["a" + (pasted * 1000).strip()]


async def test_up_brings_earlier_prompts_back_and_down_returns() -> None:
    field = prompt()
    async with hosted(field) as stage:
        field.focus()
        for word in ("one", "two"):
            await stage.pilot.press(*word)
            field.take()
        await stage.pilot.press("up")
        assert field.text == "two"
        await stage.pilot.press("up", "up")
        assert field.text == "one"
        await stage.pilot.press("down", "down")
        assert field.text == ""


async def test_up_inside_a_text_moves_the_cursor() -> None:
    field = prompt()
    async with hosted(field) as stage:
        field.focus()
        await stage.pilot.press("o")
        field.take()
        await stage.pilot.press("a", "ctrl+j", "b")
        await stage.pilot.pause()
        await stage.pilot.press("up")
        assert field.text == "a\nb"


async def test_it_grows_with_the_text_up_to_a_limit() -> None:
    field = prompt()
    async with hosted(field) as stage:
        field.focus()
        assert field.size.height == 1
        field.insert("\n" * 20)
        await stage.pilot.pause()
        assert field.size.height == 6
