from pathlib import Path

from fake_terminal import Terminal


def test_file_and_rows(cli: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "copy.db"
    assert cli("backup", str(file), "--json").json == {"file": str(file), "rows": 7, "kept": None}
    assert "7 rows" in cli("backup", str(file)).err


def test_restoring_says_where_the_old_one_is(cli: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "copy.db"
    assert cli("restore", str(file), "--json").json["kept"] == "kept.db"
    assert "kept.db" in cli("restore", str(file)).err
