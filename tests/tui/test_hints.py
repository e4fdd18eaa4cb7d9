"""Keys inside sentences: those that the person gave, else the usual ones."""

import re
from pathlib import Path

import pytest

from fake_host import hosted
from fakes import World
from modeldeck import tui
from modeldeck.engine.deck import Deck
from modeldeck.tui.app import DeckApp
from modeldeck.tui.hints import hint, usual_key, with_bold_keys, with_keys
from modeldeck.tui.keymap import ids_of, key_owners
from modeldeck.tui.panes.playground import PlaygroundPane
from modeldeck.tui.widgets.transcript import Transcript


def remapped(name: str, usual: str) -> str:
    return "K" if name == "app.refresh" else usual


@pytest.mark.parametrize(
    ("sentence", "shown"),
    [
        ("{app.refresh|F5} looks again", "K looks again"),
        ("{app.theme|F9}, then {app.refresh|F5}", "F9, then K"),
        ("nothing to press {here}", "nothing to press {here}"),
    ],
)
def test_a_sentence_has_the_keys_of_today(sentence: str, shown: str) -> None:
    assert with_keys(sentence, remapped) == shown
    assert with_bold_keys(sentence, remapped).plain == shown


def test_only_the_keys_are_bold() -> None:
    content = with_bold_keys("first {app.refresh|F5} then", usual_key)
    bold = [content.plain[span.start : span.end] for span in content.spans if span.style == "bold"]
    assert bold == ["F5"]


async def test_the_greeting_shows_remapped_keys_from_the_first_picture_on(furnished: World) -> None:
    app = DeckApp(Deck(furnished.parts()), (), {"app.mode": "f6", "prompt.send": "ctrl+j", "app.help": "question_mark"})
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.pause()
        transcript = app.deck_screen.query_one(Transcript)
        shown = "\n".join(transcript.render_line(y).text for y in range(10))
        assert "f6" in shown
        assert "F4" not in shown
        assert hint(app, "{app.help|?}") == "?"


async def test_an_app_without_a_keymap_has_the_usual_keys(furnished: World) -> None:
    pane = PlaygroundPane(Deck(furnished.parts()))
    async with hosted(pane):
        assert hint(pane, "{app.mode|F4}") == "F4"


def test_every_name_in_a_sentence_is_that_of_a_binding() -> None:

    known = ids_of([DeckApp, *key_owners()])
    sources = Path(tui.__file__).parent.rglob("*.py")
    named = {
        name
        for source in sources
        if source.name != "hints.py"
        for name in re.findall(r"\{([a-z-]+\.[a-z-]+)\|", source.read_text(encoding="utf-8"))
    }
    assert named
    assert named - set(known) == set()
