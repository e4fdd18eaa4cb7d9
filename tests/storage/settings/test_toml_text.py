from decimal import Decimal
from pathlib import Path

import pytest

from modeldeck.domain.errors import ConfigError
from modeldeck.storage.settings.toml_text import dotted, index_lines, line_of, read_toml, shown

TEXT = """\
title = "x"
a.b = 1

[tasks.coding]   # a comment
mode = "auto"
floors = { one = 1, two = 2 }
names = [
  "first = not a key",
]

[models."openai/gpt-5.1".facts]
"odd key" = 1
[models.'single/quoted']
price = 1
"""


@pytest.mark.parametrize(
    ("key", "line"),
    [
        (("title",), 1),
        (("a", "b"), 2),
        (("tasks", "coding"), 4),
        (("tasks",), 4),
        (("tasks", "coding", "mode"), 5),
        (("tasks", "coding", "floors", "two"), 6),
        (("tasks", "coding", "names"), 7),
        (("tasks", "coding", "absent"), 4),
        (("models", "openai/gpt-5.1", "facts", "odd key"), 12),
        (("models", "single/quoted", "price"), 14),
        (("nowhere",), None),
    ],
)
def test_the_line_of_a_key_is_found(key: tuple[str, ...], line: int | None) -> None:
    assert line_of(index_lines(TEXT), key) == line


def test_no_file_is_no_error(tmp_path: Path) -> None:
    assert read_toml(tmp_path / "absent.toml") is None


def test_fractions_are_exact(tmp_path: Path) -> None:
    (tmp_path / "f.toml").write_text("price = 0.1")
    file = read_toml(tmp_path / "f.toml")
    assert file is not None
    assert file.data == {"price": Decimal("0.1")}


@pytest.mark.parametrize(
    ("content", "line", "says"),
    [
        (b"a = 1\nb = \n", 2, "not valid TOML"),
        (b"a = 1\n[b\n", 2, "not valid TOML"),
        (b"a = 1\na = 2\n", 2, "not valid TOML"),
        (b"a = [1,\n", 1, "not valid TOML"),
        (b"<!DOCTYPE html>", 1, "not valid TOML"),
        (b"a = 1\nb = '\xff\xfe'\n", 2, "not UTF-8"),
    ],
)
def test_what_is_no_toml_is_said_with_its_line(tmp_path: Path, content: bytes, line: int, says: str) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(content)
    with pytest.raises(ConfigError) as caught:
        read_toml(path)
    assert caught.value.message.startswith(f"{path}, line {line}: {says}")
    assert caught.value.exit_code == 2


def test_brackets_without_end_are_said(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("a = " + "[" * 99_999, encoding="utf-8")
    with pytest.raises(ConfigError, match="nested without end"):
        read_toml(path)


def test_an_unreadable_file_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(ConfigError, match=r"config\.toml cannot be read: Permission denied"):
        read_toml(tmp_path / "config.toml")


def test_a_folder_in_place_of_the_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        read_toml(tmp_path)


def test_keys_are_written_as_in_toml() -> None:
    assert dotted(("models", "openai/gpt-5.1", "quality")) == 'models."openai/gpt-5.1".quality'


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "true"),
        (Decimal("0.10"), "0.10"),
        ("a\x1b[31mb\n", r"'a\x1b[31mb\n'"),
        ("task-summarization-of-long-texts-2", "'task-summarization-of-long-texts-2'"),
        ("sk-ant-0123456789abcdefghij", "something that could be an API key"),
        (["sk-ant-0123456789abcdefghij"], "something that could be an API key"),
        ("x" * 200, "'" + "x" * 59 + "…"),
    ],
)
def test_values_are_shown_short_plain_and_without_keys(value: object, text: str) -> None:
    assert shown(value) == text
