"""The installed package, seen from outside: a plain script, and a type checker."""

import os
import subprocess
import sys
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path

import pytest


def test_a_plain_script_opens_asks_and_ends(tmp_path: Path) -> None:
    script = f"""
from modeldeck import Deck
deck = Deck.open(config_dir={str(tmp_path)!r}, data_dir={str(tmp_path)!r}, demo=True)
print(bool(deck.ask("Hello", task="chat").text))
"""
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "MODELDECK_DEMO_SPEED": "0"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.stdout, done.stderr, done.returncode) == ("True\n", "", 0)


def test_the_package_says_that_it_is_typed() -> None:
    assert files("modeldeck").joinpath("py.typed").is_file()


CONSUMER = """
from modeldeck import (Deck, select_model, record_model_usage, get_usage_summary, Criteria, Complexity, Mode, Strategy,
                       Tier, analyze, quality, recommend, get_model_for_complexity, Message, Request, Finished,
                       TextDelta, RunFailedError, UnknownModelError)

name: str = select_model(tier="premium", require_quality=True)
name = select_model("extract_values", {"text": "..."})
record_model_usage("deepseek/deepseek-r1:free", tokens_used=150, success=True)
requests: int = get_usage_summary()["today"]["requests"]
level: Complexity = analyze("Hello").complexity
value: float = quality(name, "coding").quality
name = recommend("Hello", task="chat").recommended_model
name = get_model_for_complexity(Complexity.EXPERT)

def my_function(request: Request) -> Complexity:
    return Complexity.SIMPLE

Deck.open(complexity_estimator=my_function, strategies={"mine": lambda model, factors: factors["quality"]}).close()

async def main() -> None:
    with Deck.open(config_dir="c", data_dir="d", demo=True) as deck:
        s = deck.select("Write a Python function", task="coding", criteria=Criteria(required_capabilities=["tools"],
                        max_cost_per_1k_tokens=0.01, max_latency_ms=2000, min_quality=0.7))
        print(s.model, s.reason, s.confidence, s.fallback_chain, s.estimated_cost, s.factors, s.rejected)
        print(deck.fallback_chain("...", max_length=3))
        deck.record(task="extract_values", model=s.model, success=True, latency_ms=500, cost=0.001)
        p = deck.experience.performance(s.model, "coding")
        print(p.success_rate, p.total_calls, p.avg_latency_ms)
        best: str | None = deck.experience.best_model("coding", min_calls=5)
        print(best, [each.model for each in deck.experience.ranking("coding", min_calls=3)])
        deck.catalog.free(provider="openrouter"); deck.catalog.affordable(max_cost_per_token=0.001)
        deck.catalog.set_filter(free_only=True)
        print(deck.discover(force=True).new, [r.text for r in deck.recommendations()])
        limited: bool = deck.is_rate_limited(s.model, limit=50)
        answer = deck.ask("Hello", task="chat")
        print(limited, answer.text, answer.model, answer.usage, answer.cost)
        async for event in deck.run("Hello", mode="hybrid", preferred="ollama/llama3.1:8b"):
            if isinstance(event, TextDelta | Finished):
                print(event.run)
        print(deck.performance(s.model, hours=24).success_rate, deck.performance(hours=24).errors)
        stale: bool = deck.catalog.is_stale(days=30)
        deck.run_steps(["one", {"prompt": "two", "task": "chat"}, lambda before: before[-1].text, Request(messages=())])
        deck.ask([Message("user", "Hello")], mode=Mode.AUTO, strategy=Strategy.COST, tier=Tier.BUDGET)
        print(stale)
        try:
            deck.ask("Hello", model="nonsense")
        except (RunFailedError, UnknownModelError) as error:
            print(error.message, error.hint)
"""


@pytest.mark.skipif(find_spec("mypy") is None, reason="mypy is not installed")
def test_a_script_that_uses_every_name_passes_a_strict_type_check(tmp_path: Path) -> None:
    script = tmp_path / "consumer.py"
    script.write_text(CONSUMER, encoding="utf-8")
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file=", "--cache-dir", str(tmp_path), str(script)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path, timeout=300)
    assert done.stdout == "Success: no issues found in 1 source file\n"


PLUGIN = """
from modeldeck.domain.call import StopChunk, TextChunk
from modeldeck.domain.model import Model, Origin
from modeldeck.ports import PluginContext, ProviderInfo


class Acme:
    info = ProviderInfo(
        name="acme", title="Acme", base_url="http://acme.test", local=False, needs_key=False, has_key=False
    )

    async def list_models(self):
        return [Model("acme/one", "acme", "one", "Acme One", Origin("provider"))]

    async def stream(self, call):
        yield TextChunk(f"You said: {call.messages[-1].text}")
        yield StopChunk("stop")

    async def loaded(self):
        return []

    def quotas(self):
        return []

    async def aclose(self):
        pass


def build(context: PluginContext) -> Acme:
    return Acme()
"""


def test_an_installed_package_brings_a_provider_along(tmp_path: Path) -> None:
    site, home = tmp_path / "site", tmp_path / "home"
    metadata = site / "acme_models-1.0.dist-info"
    for folder in (metadata, home):
        folder.mkdir(parents=True)
    (site / "acme_models.py").write_text(PLUGIN, encoding="utf-8")
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-models\nVersion: 1.0\n", encoding="utf-8")
    (metadata / "entry_points.txt").write_text("[modeldeck.providers]\nacme = acme_models:build\n", encoding="utf-8")
    (home / "config.toml").write_text("[providers.acme]\n", encoding="utf-8")
    script = f"""
from modeldeck import Deck
with Deck.open(config_dir={str(home)!r}, data_dir={str(home)!r}, no_network=True) as deck:
    deck.lists.refresh(["acme"])
    print(deck.ask("Hello", model="acme/one").text, deck.warnings)
"""
    paths = [str(site), *filter(None, [os.environ.get("PYTHONPATH")])]
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.stdout, done.stderr) == ("You said: Hello ()\n", "")
