import logging
from pathlib import Path

import pytest

from modeldeck.domain.errors import ConfigError
from modeldeck.storage.settings.env_file import read_env_file


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "my.env"


def test_variables_as_people_write_them(path: Path) -> None:
    path.write_bytes('\ufeff# keys\r\nexport A=1\r\nB="two words" # why\r\nC=${A}2\r\nEMPTY=\r\nNAMED\r\n'.encode())
    assert read_env_file(path) == {"A": "1", "B": "two words", "C": "12", "EMPTY": ""}


@pytest.mark.parametrize(
    ("text", "line"),
    [("A=1\n\n\nOPENAI_API_KEY sk-secret\nB=2\n", 4), ("A='sk-secret\n", 1), ("=sk-secret\n", 1), ("A=1\n= 2\n= 3", 2)],
)
def test_a_line_that_is_no_variable_is_named_once_and_never_shown(
    path: Path, caplog: pytest.LogCaptureFixture, text: str, line: int
) -> None:
    path.write_text(text)
    with caplog.at_level(logging.DEBUG), pytest.raises(ConfigError) as caught:
        read_env_file(path)
    assert caught.value.message == f"{path} of --env-file, line {line}: this is no variable."
    assert [problem.line for problem in caught.value.problems] == [line]
    assert not caplog.records


@pytest.mark.parametrize("content", [None, b"A=\xff\n"])
def test_a_file_that_cannot_be_read_is_named(path: Path, content: bytes | None) -> None:
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ConfigError, match="cannot be read") as caught:
        read_env_file(path)
    assert str(path) in caught.value.message
