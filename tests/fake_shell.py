"""A person's shell around the real program: variables, folders of its own, and lists that were fetched before."""

import os
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from fake_terminal import FakeStream, Result
from fakes import START, free_model, local_model, make_model
from modeldeck.clock import SystemClock
from modeldeck.main import main
from modeldeck.storage.catalog_cache import SqliteCatalogCache
from modeldeck.storage.database import Database
from modeldeck.storage.package_data import load_vendors

KEY = "sk-or-v1-0123456789abcdef0123456789abcdef"
BIG, MINI, GRATIS, OTHER, HOME = (
    "openrouter/vendor/big",
    "openrouter/vendor/mini",
    "openrouter/vendor/gratis:free",
    "openrouter/vendor/other:free",
    "ollama/llama:8b",
)
STORED = {
    "openrouter": [
        make_model(BIG, price=("3", "15"), context=200_000),
        make_model(MINI, price=("0.25", "1")),
        free_model(GRATIS),
        free_model(OTHER),
    ],
    "ollama": [local_model(HOME)],
}
KEYS = [
    (name, provider)
    for provider, names in {
        "openrouter": ["OPENROUTER_API_KEY"],
        "openai": ["OPENAI_API_KEY"],
        "anthropic": ["ANTHROPIC_API_KEY"],
        "gemini": ["GOOGLE_API_KEY", "GEMINI_API_KEY", "GOOGLE_GENERATIVE_AI_API_KEY"],
        "groq": ["GROQ_API_KEY"],
        "together": ["TOGETHER_API_KEY"],
        "deepseek": ["DEEPSEEK_API_KEY"],
        "mistral": ["MISTRAL_API_KEY"],
        "xai": ["XAI_API_KEY"],
        "huggingface": ["HF_TOKEN", "HUGGINGFACE_HUB_TOKEN"],
        "cerebras": ["CEREBRAS_API_KEY"],
        "ollama": ["OLLAMA_API_KEY"],
        "lmstudio": ["LM_API_TOKEN", "LMSTUDIO_API_KEY"],
        "llamacpp": ["LLAMA_API_KEY"],
        "vllm": ["VLLM_API_KEY"],
    }.items()
    for name in names
]
OURS = ("MODEL", "AI_", "OPENROUTER_", "OLLAMA_", "OPENAI_", "ANTHROPIC_", "NO_COLOR", *(name for name, _ in KEYS))


NEARBY = "http://127.0.0.1:9/api/v1"
"""An address on this machine, so that its models can be chosen without a network; nothing is sent there."""


@dataclass
class Shell:
    """A person's shell: `shell("list", "--json", AI_CHAT_MODEL="...")` runs one command with these variables."""

    folder: Path
    monkeypatch: pytest.MonkeyPatch
    variables: dict[str, str] = field(
        default_factory=lambda: {"OPENROUTER_API_KEY": KEY, "MODELDECK_OPENROUTER_BASE_URL": NEARBY}
    )

    @property
    def config(self) -> Path:
        return self.folder / "config"

    terminal: bool = False

    def __call__(self, *argv: str, **variables: str) -> Result:
        out, err = FakeStream(terminal=self.terminal), FakeStream(terminal=self.terminal)
        with self.monkeypatch.context() as patch:
            for name, value in {**self.variables, **variables}.items():
                patch.setenv(name, value)
            for name, stream in {"stdin": FakeStream(terminal=True), "stdout": out, "stderr": err}.items():
                patch.setattr(sys, name, stream)
            code = main([*argv, "--no-network"])
        return Result(code, out.text, err.text)

    def setting(self, key: str, *flags: str, **variables: str) -> tuple[Any, str]:
        """A setting's value and origin as `config show` tells them."""
        (row,) = self("config", "show", key, "--json", *flags, **variables).json
        assert row["locked"] is row["origin"].startswith(("environment", "command line"))
        return row["value"], row["origin"]

    def pick(self, *flags: str, **variables: str) -> Any:
        """What `select` answers for a plain prompt."""
        return self("select", "Hello there", "--json", *flags, **variables).json


def make_shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """A shell without any variable of ours, folders of its own, and lists that were fetched before."""
    for name in [name for name in os.environ if name.startswith(OURS)]:
        monkeypatch.delenv(name)
    shell = Shell(tmp_path, monkeypatch)
    shell.variables |= {"MODELDECK_CONFIG_DIR": str(shell.config), "MODELDECK_DATA_DIR": str(tmp_path / "data")}
    database = Database(tmp_path / "data" / "deck.db", SystemClock())
    database.open()
    for provider in load_vendors():
        SqliteCatalogCache(database).store(provider, STORED.get(provider, []), START)
    database.close()
    return shell


def write(shell: Shell, **files: str) -> None:
    """Put `config.toml` and `deck.toml` into the config folder."""
    shell.config.mkdir(exist_ok=True)
    for name, text in files.items():
        (shell.config / f"{name}.toml").write_text(text)
