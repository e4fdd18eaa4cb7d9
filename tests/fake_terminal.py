"""The command line on a deck made of fakes, with its three streams captured."""

import io
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from fakes import World
from modeldeck.cli.app import run
from modeldeck.domain.backup import BackupReport
from modeldeck.domain.check import Check
from modeldeck.domain.configuration import ConfigReport, Setting
from modeldeck.engine.deck import Deck
from modeldeck.engine.launch import Launch, Options

TOUR = "The tour shows everything."


class FakeStream(io.TextIOWrapper):
    """A standard stream with bytes behind it that may claim to be a terminal."""

    def __init__(self, content: bytes = b"", *, terminal: bool = False, encoding: str = "utf-8") -> None:
        self.bytes = io.BytesIO(content)
        super().__init__(self.bytes, encoding=encoding, write_through=True, newline="")
        self.terminal = terminal
        self.gone = False

    def isatty(self) -> bool:
        return self.terminal

    def write(self, text: str) -> int:
        if self.gone:
            raise BrokenPipeError
        return super().write(text)

    @property
    def text(self) -> str:
        return self.bytes.getvalue().decode(self.encoding)


@dataclass
class Result:
    """What one command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass
class Terminal:
    """A place to run commands in: `cli("list", "--json")`.

    `stdin` None is a keyboard, bytes are a pipe.
    """

    world: World
    monkeypatch: pytest.MonkeyPatch
    checks: list[Check] = field(default_factory=list)
    settings: list[Setting] = field(default_factory=list)
    report: ConfigReport = field(default_factory=lambda: ConfigReport("config.toml"))
    opened: list[Options] = field(default_factory=list)
    app_runs: list[Options] = field(default_factory=list)
    open_failure: Exception | None = None
    deck_type: Callable[..., Deck] = Deck

    def __call__(
        self,
        *argv: str,
        stdin: bytes | None = None,
        terminal: bool = False,
        encoding: str = "utf-8",
        reader_gone: bool = False,
    ) -> Result:
        streams = {
            "stdin": FakeStream(stdin or b"", terminal=stdin is None),
            "stdout": FakeStream(terminal=terminal, encoding=encoding),
            "stderr": FakeStream(terminal=terminal, encoding=encoding),
        }
        streams["stdout"].gone = reader_gone
        with self.monkeypatch.context() as patch:
            for name, stream in streams.items():
                patch.setattr(sys, name, stream)
            code = run(self.launch(), argv)
        return Result(code, streams["stdout"].text, streams["stderr"].text)

    def launch(self) -> Launch:
        return Launch(
            version="1.2.3",
            open_deck=self._open,
            run_app=self._run_app,
            diagnose=lambda _: self.checks,
            back_up=lambda _, file: BackupReport(file, 7),
            restore=lambda _, file: BackupReport(file, 7, kept=Path("kept.db")),
            list_settings=lambda _: self.settings,
            check_settings=lambda _, file: self.report,
        )

    def _open(self, options: Options) -> Deck:
        self.opened.append(options)
        if self.open_failure is not None:
            raise self.open_failure
        return self.deck_type(replace(self.world.parts(), tour=TOUR))

    def _run_app(self, options: Options) -> int:
        self.app_runs.append(options)
        return 0
