"""What is said after the model lists were fetched."""

from collections.abc import Callable

import pytest
from textual.pilot import Pilot

from fakes import World, failure, local_model
from modeldeck.domain.errors import ErrorKind
from modeldeck.domain.settings import MonitoringSettings, Settings
from modeldeck.tui.app import DeckApp
from modeldeck.tui.widgets.model_table import ModelTable


@pytest.mark.parametrize(("has_key", "told"), [(False, 0), (True, 1)], ids=["a bonus list", "a key is set"])
async def test_only_the_list_of_a_provider_in_use_is_a_warning(
    make_app: Callable[..., DeckApp], furnished: World, has_key: bool, told: int
) -> None:
    cloud = furnished.add("other", needs_key=True, has_key=has_key)
    cloud.list_failure = failure(ErrorKind.UNREACHABLE, "No connection to Other: it refuses connections")
    app = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        for _ in range(200):
            await pilot.pause()
            if len(app.deck_screen.grid.panes) == 6 and all(worker.is_finished for worker in app.workers):
                break
        await pilot.pause()
        warnings = [note.message for note in app._notifications if note.severity == "warning"]
    assert warnings == ["other: No connection to Other: it refuses connections"] * told


async def test_the_row_of_the_model_that_would_be_used_is_marked_and_follows_the_choice(
    make_app: Callable[..., DeckApp],
) -> None:
    app = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        table = app.deck_screen.query_one(ModelTable)

        def marked() -> list[str]:
            source = table.source
            return [source.key(row) for row in range(len(source)) if source.cells(row)[0].text.startswith("▸")]

        async def marks(model: str) -> bool:
            for _ in range(200):
                await pilot.pause()
                if marked() == [model]:
                    return True
            return False

        await pilot.press("G", "k", "enter")
        chosen = table.highlighted
        assert chosen is not None
        assert await marks(chosen)
        await pilot.press("g", "enter")
        assert await marks(table.source.key(0))


@pytest.mark.parametrize(("minutes", "fetched"), [(10, 2), (None, 1)], ids=["on the person's beat", "only by hand"])
async def test_lists_are_fetched_on_the_beat_and_a_server_that_came_up_appears(
    make_app: Callable[..., DeckApp], furnished: World, minutes: float | None, fetched: int
) -> None:
    furnished.settings = Settings(monitoring=MonitoringSettings(health_check_minutes=minutes))
    home = furnished.providers["home"]
    app = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        assert await happens(pilot, lambda: home.listings == 1 and not fetching(app))
        home.models.append(local_model("home/new"))
        furnished.clock.advance(9 * 60)
        app.watching.check_health()
        assert not fetching(app)
        furnished.clock.advance(60)
        app.watching.check_health()
        assert fetching(app) == (fetched == 2)
        assert await happens(pilot, lambda: home.listings == fetched and not fetching(app))
        assert (app.deck.catalog.get("home/new") is not None) == (fetched == 2)


async def happens(pilot: Pilot[int], condition: Callable[[], bool]) -> bool:
    for _ in range(200):
        await pilot.pause()
        if condition():
            return True
    return False


def fetching(app: DeckApp) -> bool:
    return any(worker.group == "refresh" and not worker.is_finished for worker in app.workers)
