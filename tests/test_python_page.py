"""The snippets of the page on the Python API run as they stand, on simulated models."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import modeldeck
from modeldeck import Deck, api

PAGE = Path(__file__).parents[1] / "docs" / "python.md"
SNIPPETS = re.findall(r"^```python\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


@pytest.fixture(autouse=True)
def only_simulated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every deck is the simulated one, in folders of its own."""
    monkeypatch.setenv("MODELDECK_DEMO_SPEED", "0")

    class Simulated(Deck):
        @classmethod
        def open(cls, **options: object) -> Deck:  # type: ignore[override]  # the snippets' options are passed on
            return Deck.open(config_dir=tmp_path, data_dir=tmp_path, demo=True, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(modeldeck, "Deck", Simulated)
    with Simulated.open() as shared:
        monkeypatch.setattr(api, "_shared", shared)
        yield


@pytest.mark.parametrize("snippet", SNIPPETS, ids=range(len(SNIPPETS)))
def test_a_snippet_runs_as_it_stands(snippet: str) -> None:
    exec(compile(snippet, str(PAGE), "exec"), {"__name__": "snippet"})


def test_the_page_names_everything_public_that_does_something() -> None:
    page = PAGE.read_text(encoding="utf-8")
    unnamed = [name for name in modeldeck.__all__ if name[0].islower() and name not in page]
    assert unnamed == []
    assert [name for name in modeldeck.__all__ if name.endswith("Error") and name not in page] == ["ProviderError"]
