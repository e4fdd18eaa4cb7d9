"""The static import graph is not enough: what a process really loads is what a person waits for."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from modeldeck.clock import SystemClock
from modeldeck.domain.model import Model, Origin
from modeldeck.storage.catalog_cache import SqliteCatalogCache
from modeldeck.storage.database import Database
from modeldeck.storage.package_data import load_vendors

HEAVY = ("textual", "rich", "httpx", "sqlite_utils", "genai_prices", "pynvml", "pydantic", "asyncio", "psutil")


FOR_RUNS = (
    "modeldeck.domain.run",
    "modeldeck.engine.money.books",
    "modeldeck.engine.selection.choosing",
    "modeldeck.hardware.probe",
)
"""Our own modules that a start must not load: together they take as long as all that a list needs."""


def modules_after(statement: str, folder: Path | None = None) -> list[str]:
    """What a new process has loaded after a statement; `folder` holds the person's config and data."""
    code = f"{statement}\nimport sys\nprint('\\n'.join(sys.modules), file=sys.stderr)"
    folders = {} if folder is None else {"MODELDECK_CONFIG_DIR": str(folder), "MODELDECK_DATA_DIR": str(folder)}
    done = subprocess.run(
        [sys.executable, "-c", code], env=os.environ | folders, capture_output=True, text=True, check=True
    )
    return done.stderr.split()


def loaded_after(statement: str) -> set[str]:
    return set(HEAVY) & set(modules_after(statement))


@pytest.fixture
def listed(tmp_path: Path) -> Path:
    """A person's folder with a stored list of every provider, so that nobody needs to be asked."""
    at = SystemClock().now()
    database = Database(tmp_path / "deck.db", SystemClock())
    cache = SqliteCatalogCache(database)
    model = Model(id="openrouter/a/b", provider="openrouter", native_id="a/b", name="b", origin=Origin("provider", at))
    for provider in load_vendors():
        cache.store(provider, [model] if provider == "openrouter" else [], at)
    database.close()
    return tmp_path


def test_import_modeldeck_loads_nothing_heavy() -> None:
    assert loaded_after("import modeldeck") == set()


def test_the_composition_root_loads_nothing_heavy_by_itself() -> None:
    assert loaded_after("import modeldeck.main") == set()


@pytest.mark.parametrize("arguments", [["list"], ["list", "--json", "--limit", "0"], ["tasks"], ["--help"]])
def test_reading_from_the_cache_loads_nothing_heavy(listed: Path, arguments: list[str]) -> None:
    loaded = modules_after(f"from modeldeck.main import main; assert main({arguments!r}) == 0", listed)

    assert set(HEAVY) & set(loaded) == set()


def test_a_list_from_the_cache_loads_nothing_that_only_runs_need(listed: Path) -> None:
    loaded = modules_after("from modeldeck.main import main; assert main(['list']) == 0", listed)

    assert "modeldeck.engine.catalog.catalog" in loaded
    assert set(FOR_RUNS) & set(loaded) == set()


def test_the_first_picture_needs_neither_runs_nor_the_other_panes() -> None:
    loaded = modules_after("import modeldeck.main, modeldeck.tui.app")
    late = {"modeldeck.tui.bridge", "modeldeck.tui.panes.playground", "textual.widgets._text_area", "httpx", "psutil"}

    assert "modeldeck.tui.panes.models" in loaded
    assert (late | set(FOR_RUNS)) & set(loaded) == set()


def test_the_probe_of_this_test_sees_heavy_modules() -> None:
    assert "asyncio" in loaded_after("import asyncio")
