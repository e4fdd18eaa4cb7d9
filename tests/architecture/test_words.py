"""Rules about words that no linter knows."""

import re
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "src" / "modeldeck"


def test_the_word_demo_stays_in_its_rooms() -> None:
    allowed = re.compile(r"^(main\.py|providers/demo/\w+\.py|cli/verb\.py)$")
    found = {
        path.relative_to(SOURCE).as_posix()
        for path in SOURCE.rglob("*.py")
        if re.search(r"\bdemo\b", path.read_text(encoding="utf-8"), re.IGNORECASE)
    }
    assert {name for name in found if not allowed.match(name)} == set()


def test_only_storage_speaks_sql_and_toml() -> None:
    speaks = re.compile(r"^\s*(import|from) (sqlite3|sqlite_utils|tomllib|tomli_w)\b", re.MULTILINE)
    found = {
        path.relative_to(SOURCE).parts[0]
        for path in SOURCE.rglob("*.py")
        if speaks.search(path.read_text(encoding="utf-8"))
    }
    assert found <= {"storage"}
