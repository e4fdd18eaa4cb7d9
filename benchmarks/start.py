"""Start-up of whole processes against a bare Python: --version, import, and a list from a 3,500-model cache."""

import importlib.util
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from benchmarks.catalog import fill_cache
from benchmarks.measure import interleave, report

PYTHON = sys.executable
MODELDECK = str(Path(sys.executable).with_name("modeldeck"))


def _process(environment: dict[str, str], *command: str) -> None:
    subprocess.run(command, env=environment, check=True, capture_output=True)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {
            "PYTHONDONTWRITEBYTECODE": "",  # an installed program has its bytecode; the warm-up round writes it
            "MODELDECK_CONFIG_DIR": f"{folder}/config",
            "MODELDECK_DATA_DIR": f"{folder}/data",
            "LLM_USER_PATH": f"{folder}/llm",
        }
        fill_cache(folder, models=3_500)
        run: Callable[..., partial[None]] = partial(partial, _process, environment)
        subjects = {
            "python -c pass": run(PYTHON, "-c", "pass"),
            "modeldeck --version": run(MODELDECK, "--version"),
            "import modeldeck": run(PYTHON, "-c", "import modeldeck"),
            "modeldeck list, 500 of 3,500": run(MODELDECK, "--no-network", "list", "--limit", "500"),
        }
        if importlib.util.find_spec("llm"):
            subjects["llm models"] = run(PYTHON, "-m", "llm", "models")
        medians = interleave(subjects, rounds=15)
    report(
        "Start-up (whole process)",
        medians,
        "python -c pass",
        {"modeldeck --version": 2, "import modeldeck": 5, "modeldeck list, 500 of 3,500": 12},
    )
    if "llm models" in medians:
        ratio = medians["modeldeck list, 500 of 3,500"] / medians["llm models"]
        print(f"  list against `llm models`: {ratio:.2f} (budget 0.25)")
