"""The transcript on a screen: following the end, staying where the person reads, selecting, resizing."""

from unittest.mock import patch

from textual.content import Content
from textual.geometry import Offset
from textual.selection import Selection

from fake_host import hosted
from modeldeck.tui.widgets.blocks import MarkdownPart, TextPart
from modeldeck.tui.widgets.transcript import Transcript


def paragraphs(count: int) -> str:
    return "".join(f"Paragraph {number}.\n\n" for number in range(count))


def line(transcript: Transcript, y: int) -> str:
    return transcript.render_line(y).text.rstrip()


def bottom(transcript: Transcript) -> str:
    return line(transcript, transcript.size.height - 1)


async def test_the_end_stays_in_view_while_text_arrives() -> None:
    transcript = Transcript()
    async with hosted(transcript) as stage:
        part = MarkdownPart()
        transcript.add(part)
        for number in range(40):
            part.append(f"Paragraph {number}.\n\n")
            transcript.touch()
        await stage.until(lambda: bottom(transcript) == "Paragraph 39.")
        assert transcript.following.end


async def test_the_last_line_is_painted_when_what_grows_began_above_the_view() -> None:
    transcript = Transcript()
    async with hosted(transcript) as stage:
        answer, status = MarkdownPart(), TextPart(Content("12 tokens"))
        answer.append("word " * 800)
        transcript.add(answer, status)
        await stage.until(lambda: bottom(transcript) == "12 tokens")
        with patch.object(transcript, "refresh") as painted:
            answer.append("w")
            status.update(Content("stopped"))
            transcript.touch()
            await stage.until(lambda: bottom(transcript) == "stopped")
        rows = [
            row for call in painted.call_args_list for region in call.args for row in range(region.y, region.bottom)
        ]
        assert transcript.size.height - 1 in rows


async def test_a_person_who_scrolled_up_is_left_alone_until_end_is_pressed() -> None:
    transcript = Transcript()
    async with hosted(transcript) as stage:
        part = MarkdownPart()
        part.append(paragraphs(40))
        transcript.add(part)
        transcript.focus()
        await stage.pilot.press("g")
        await stage.until(lambda: transcript.scroll_offset.y == 0)
        top = line(transcript, 1)
        part.append("More.\n\n" * 30)
        transcript.touch()
        await stage.until(lambda: transcript.virtual_size.height > 120)
        assert line(transcript, 1) == top
        await stage.pilot.press("end")
        assert bottom(transcript) == "More."


async def test_another_width_wraps_the_text_again() -> None:
    transcript = Transcript()
    async with hosted(transcript) as stage:
        part = TextPart(Content("word " * 30))
        transcript.add(part)
        await stage.until(lambda: transcript.virtual_size.height > 0)
        before = transcript.virtual_size.height
        await stage.pilot.resize_terminal(30, 24)
        await stage.until(lambda: transcript.virtual_size.height > before)
        assert all(len(line(transcript, y)) <= transcript.text_width for y in range(24))


async def test_selected_text_can_be_copied() -> None:
    transcript = Transcript()
    async with hosted(transcript) as stage:
        transcript.add(TextPart(Content("first line\nsecond line")))
        await stage.until(lambda: transcript.virtual_size.height == 2)
        assert transcript.get_selection(Selection(Offset(6, 0), Offset(6, 1))) == ("line\nsecond", "\n")


async def test_hidden_it_only_keeps_the_text() -> None:
    transcript = Transcript()
    async with hosted(transcript) as stage:
        transcript.display = False
        await stage.pilot.pause()
        part = MarkdownPart()
        transcript.add(part)
        part.append(paragraphs(5))
        transcript.touch()
        await stage.pilot.pause(0.1)
        assert transcript.virtual_size.height == 0
        transcript.display = True
        await stage.until(lambda: transcript.virtual_size.height == 10)


async def test_clearing_forgets_everything() -> None:
    transcript = Transcript()
    async with hosted(transcript) as stage:
        transcript.add(TextPart(Content("old")))
        await stage.until(lambda: line(transcript, 0) == "old")
        transcript.clear()
        assert line(transcript, 0) == ""
        assert transcript.virtual_size.height == 0


async def test_a_theme_change_paints_finished_blocks_in_the_new_colours() -> None:
    transcript = Transcript()
    async with hosted(transcript) as stage:
        part = MarkdownPart()
        part.append("some `code` here\n\nThe end.")
        transcript.add(part)
        await stage.until(lambda: line(transcript, 1) == "some code here")
        before = colours(transcript, 1)
        stage.app.theme = "textual-light"
        await stage.pilot.pause()
        assert colours(transcript, 1).isdisjoint(before)


def colours(transcript: Transcript, y: int) -> set[object]:
    return {segment.style.color for segment in transcript.render_line(y) if segment.text.strip() and segment.style}
