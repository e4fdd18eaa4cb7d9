"""The static import graph is not enough: what a process really loads is what a person waits for."""

import subprocess
import sys

HEAVY = ("textual", "rich", "httpx", "sqlite_utils", "genai_prices", "pynvml", "pydantic", "asyncio", "psutil")


def loaded_after(statement: str) -> set[str]:
    code = f"{statement}\nimport sys\nprint('\\n'.join(sys.modules))"
    output = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    return {name for name in HEAVY if name in output.split()}


def test_import_modeldeck_loads_nothing_heavy() -> None:
    assert loaded_after("import modeldeck") == set()


def test_the_composition_root_loads_nothing_heavy_by_itself() -> None:
    assert loaded_after("import modeldeck.main") == set()


def test_the_probe_of_this_test_sees_heavy_modules() -> None:
    assert "asyncio" in loaded_after("import asyncio")
