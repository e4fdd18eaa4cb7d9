import os
import stat
import sys
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes import FakeClock
from modeldeck.domain.errors import StorageError
from modeldeck.domain.state import Assignment, DeckState
from modeldeck.domain.task import Mode, Strategy, Tier
from modeldeck.storage.settings.state_file import TomlStateFile

FULL = DeckState(
    assignments={
        "coding": Assignment(mode=Mode.MANUAL, model="cloud/coder", tier=Tier.PREMIUM, strategy=Strategy.QUALITY),
        "chat": Assignment(),
    },
    favourites=("cloud/a", "home/b [x]"),
    hidden=("cloud/c",),
    recent=("cloud/a",),
    theme="deck-light",
    mode=Mode.HYBRID,
    preferred="home/b",
    filters={"kind": "free", "keyed": True, "min_context": 32000, "max_price": 0.5},
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "config" / "deck.toml"


@pytest.fixture
def file(path: Path, clock: FakeClock) -> TomlStateFile:
    return TomlStateFile(path, clock)


def kept(path: Path) -> list[str]:
    return sorted(each.name for each in path.parent.iterdir() if "broken" in each.name)


def test_without_a_file_nothing_is_chosen(file: TomlStateFile, path: Path) -> None:
    assert file.load() == DeckState()
    assert file.warnings == ()
    assert not path.exists()


@pytest.mark.parametrize("state", [FULL, DeckState()])
def test_choices_come_back_exactly(file: TomlStateFile, path: Path, clock: FakeClock, state: DeckState) -> None:
    file.save(state)
    again = TomlStateFile(path, clock)
    assert again.load() == state
    assert again.warnings == ()


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]))), st.text(st.characters(exclude_categories=["Cs"])))
def test_any_name_comes_back_exactly(tmp_path_factory: pytest.TempPathFactory, names: list[str], name: str) -> None:
    path = tmp_path_factory.mktemp("state") / "deck.toml"
    state = DeckState(favourites=tuple(names), preferred=name, assignments={name: Assignment(model=name)})
    TomlStateFile(path, FakeClock()).save(state)
    assert TomlStateFile(path, FakeClock()).load() == state


def test_half_characters_do_not_stop_a_save(file: TomlStateFile, path: Path) -> None:
    file.save(DeckState(favourites=("cloud/\ud800",)))
    assert tomllib.loads(path.read_text(encoding="utf-8")) == {"favourites": ["cloud/?"]}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no file modes")
def test_the_file_is_private_and_alone(file: TomlStateFile, path: Path) -> None:
    file.save(FULL)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [each.name for each in path.parent.iterdir()] == ["deck.toml"]


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege on Windows")
def test_a_link_stays_a_link(tmp_path: Path, clock: FakeClock) -> None:
    (tmp_path / "dotfiles").mkdir()
    (tmp_path / "deck.toml").symlink_to(tmp_path / "dotfiles" / "deck.toml")
    TomlStateFile(tmp_path / "deck.toml", clock).save(FULL)
    assert (tmp_path / "deck.toml").is_symlink()
    assert TomlStateFile(tmp_path / "dotfiles" / "deck.toml", clock).load() == FULL


@pytest.mark.parametrize("content", [b"favourites = [", b"\xff\xfe", b"<html></html>", b"x = " + b"[" * 99_999])
def test_a_file_that_is_no_toml_is_kept_aside_and_said(file: TomlStateFile, path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    assert file.load() == DeckState()
    (name,) = kept(path)
    assert name == "deck.toml.broken-20260901-120000"
    assert (path.parent / name).read_bytes() == content
    assert name in file.warnings[0]


def test_the_mark_that_some_editors_put_in_front_is_no_damage(file: TomlStateFile, path: Path) -> None:
    file.save(FULL)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert TomlStateFile(path, FakeClock()).load() == FULL
    assert kept(path) == []


def test_a_second_broken_file_never_replaces_the_first(file: TomlStateFile, path: Path) -> None:
    path.parent.mkdir()
    for _ in range(2):
        path.write_text("= broken")
        file.load()
    assert kept(path) == ["deck.toml.broken-20260901-120000", "deck.toml.broken-20260901-120000-2"]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('favourites = "cloud/a"', "`favourites`: must be a list of texts"),
        ("favourites = [1]", "`favourites`: must be a text"),
        ("theme = 3", "`theme`: must be a text"),
        ('mode = "often"', "`mode`: 'often' is not a valid Mode"),
        ("filters = 3", "`filters`: must be a table"),
        ("filters = { a = [] }", "`filters`: a must be a text, a number, true or false"),
        ('[assignments.chat]\ntier = "low"', "assignments: `chat`: 'low' is not a valid Tier"),
        ("[assignments.chat]\nstrategy = 3", "assignments: `chat`: must be a text"),
        ("[assignments]\nchat = 3", "assignments: `chat`: must be a table"),
    ],
)
def test_a_wrong_value_costs_only_itself(file: TomlStateFile, path: Path, text: str, complaint: str) -> None:
    path.parent.mkdir()
    path.write_text(f'recent = ["cloud/a"]\n{text}\n[assignments.coding]\nmodel = "cloud/b"\n')
    state = file.load()
    assert (state.recent, dict(state.assignments)) == (("cloud/a",), {"coding": Assignment(model="cloud/b")})
    assert complaint in file.warnings[0]
    assert len(kept(path)) == 1
    assert file.load() == state
    assert len(file.warnings) == 1


def test_what_a_newer_version_wrote_survives_a_save(file: TomlStateFile, path: Path) -> None:
    path.parent.mkdir()
    path.write_text('[experiments.one]\narms = ["a", "b"]\n')
    file.load()
    file.save(DeckState(theme="x"))
    assert tomllib.loads(path.read_text()) == {"theme": "x", "experiments": {"one": {"arms": ["a", "b"]}}}


def test_two_programs_keep_each_others_choices(path: Path, clock: FakeClock) -> None:
    app, command = TomlStateFile(path, clock), TomlStateFile(path, clock)
    app.save(DeckState(theme="dark", assignments={"chat": Assignment(model="cloud/a"), "qa": Assignment()}))
    before = command.load()
    assignments = {**before.assignments, "coding": Assignment(model="cloud/c")}
    command.save(DeckState(theme="dark", favourites=("cloud/x",), assignments=assignments))
    app.save(DeckState(theme="light", assignments={"chat": Assignment(model="cloud/b")}))
    app.save(DeckState(theme="light", recent=("cloud/b",), assignments={"chat": Assignment(model="cloud/b")}))
    assert TomlStateFile(path, clock).load() == DeckState(
        theme="light",
        favourites=("cloud/x",),
        recent=("cloud/b",),
        assignments={"chat": Assignment(model="cloud/b"), "coding": Assignment(model="cloud/c")},
    )


def test_two_programs_keep_each_others_favourites_and_filters(path: Path, clock: FakeClock) -> None:
    app, command = TomlStateFile(path, clock), TomlStateFile(path, clock)
    app.save(DeckState(favourites=("a", "b"), filters={"kind": "free", "min_context": 1}))
    before = command.load()
    command.save(replace(before, favourites=("a", "b", "c"), filters={"kind": "paid", "min_context": 1}))
    app.save(DeckState(favourites=("b", "d"), filters={"kind": "free", "keyed_only": True}))
    assert TomlStateFile(path, clock).load() == DeckState(
        favourites=("b", "c", "d"), filters={"kind": "paid", "keyed_only": True}
    )


def test_a_write_between_reading_and_replacing_is_not_lost(
    path: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    app, command = TomlStateFile(path, clock), TomlStateFile(path, clock)
    app.save(DeckState(theme="dark"))
    command.load()
    synced, others = os.fsync, [DeckState(theme="dark", favourites=("x",))]

    def sync(handle: int) -> None:
        synced(handle)
        if others:
            command.save(others.pop())

    monkeypatch.setattr(os, "fsync", sync)
    app.save(DeckState(theme="light"))
    assert TomlStateFile(path, clock).load() == DeckState(theme="light", favourites=("x",))
    assert [each.name for each in path.parent.iterdir()] == ["deck.toml"]


def test_a_program_that_writes_without_end_does_not_hold_up_a_save(
    path: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, synced, writes = TomlStateFile(path, clock), os.fsync, iter(range(100))

    def sync(handle: int) -> None:
        synced(handle)
        path.write_text(f'preferred = "cloud/{next(writes)}"\n')

    monkeypatch.setattr(os, "fsync", sync)
    file.save(DeckState(theme="light"))
    assert TomlStateFile(path, clock).load().theme == "light"


def test_a_crash_before_the_last_step_leaves_the_old_file(
    file: TomlStateFile, path: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.save(FULL)

    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", crash)
    with pytest.raises(KeyboardInterrupt):
        file.save(DeckState(theme="half"))
    assert TomlStateFile(path, clock).load() == FULL


def refuse(*_: object, **__: object) -> None:
    raise PermissionError(13, "Permission denied")


def test_an_unwritable_folder_is_an_error_that_keeps_the_old_file(
    file: TomlStateFile, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.save(FULL)
    before = path.read_bytes()
    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(StorageError, match="cannot be written: Permission denied") as caught:
        file.save(DeckState())
    assert "--config-dir" in (caught.value.hint or "")
    assert path.read_bytes() == before
    assert [each.name for each in path.parent.iterdir()] == ["deck.toml"]


def test_an_unreadable_file_gives_defaults_and_is_never_overwritten(
    file: TomlStateFile, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.save(FULL)
    with monkeypatch.context() as patch:
        patch.setattr(Path, "read_text", refuse)
        unable = TomlStateFile(path, FakeClock())
        assert unable.load() == DeckState()
        assert "cannot be read: Permission denied" in unable.warnings[0]
        with pytest.raises(StorageError, match="cannot be read"):
            unable.save(DeckState(theme="x"))
    assert file.load() == FULL


def test_a_broken_file_that_cannot_be_moved_is_left_and_said(
    file: TomlStateFile, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path.parent.mkdir()
    path.write_text("= broken")
    monkeypatch.setattr(Path, "rename", refuse)
    assert file.load() == DeckState()
    assert "cannot be moved aside" in file.warnings[0]
    assert path.read_text() == "= broken"
