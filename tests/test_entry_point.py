"""`modeldeck` as a process sees it."""

import sys

import pytest

import modeldeck.main
from modeldeck.__main__ import main


def test_ctrl_c_while_the_program_loads_is_an_interruption_without_a_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted() -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(modeldeck.main, "main", interrupted)
    monkeypatch.setattr(sys, "argv", ["modeldeck", "list"])
    assert main() == 130
    assert capsys.readouterr() == ("", "Interrupted.\n")
