"""Show that an installed wheel works alone: `python scripts/check_wheel.py VENV` (used by `make package`)."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path


def run(modeldeck: Path, *arguments: str, folder: str) -> str:
    """The standard output of one command, away from the checkout and from the person's own settings."""
    environment = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "LANG") if name in os.environ}
    environment |= {"MODELDECK_CONFIG_DIR": f"{folder}/config", "MODELDECK_DATA_DIR": f"{folder}/data", "HOME": folder}
    result = subprocess.run(
        [modeldeck, *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=120
    )
    if result.returncode:
        sys.exit(f"modeldeck {' '.join(arguments)} ended with {result.returncode}:\n{result.stdout}{result.stderr}")
    return result.stdout


def main(venv: Path) -> None:
    scripts = venv.resolve() / ("Scripts" if os.name == "nt" else "bin")
    modeldeck = scripts / "modeldeck"
    with tempfile.TemporaryDirectory() as folder:
        version = run(modeldeck, "--version", folder=folder).strip()
        rows = json.loads(run(modeldeck, "list", "--demo", "--json", folder=folder))
    if not rows or not all(row["id"].startswith("demo/") for row in rows):
        sys.exit(f"the wheel lists no simulated models: {rows[:3]}")
    themes = {path.resolve() for path in venv.glob("lib*/**/modeldeck/data/themes/*.toml")}
    if not themes:
        sys.exit("the wheel holds no themes")
    print(f"wheel works alone: {version}, {len(rows)} models, {len(themes)} themes")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
