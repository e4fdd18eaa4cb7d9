"""Choosing among many candidates with the profile given (budgets 0.5 ms and 10 ms), and profiling a prompt (4 ms)."""

import random

from benchmarks.catalog import READ_AT, make_models
from benchmarks.measure import interleave, report_times
from modeldeck.domain.profile import Complexity, Profile, Specialization
from modeldeck.domain.request import Message, Request
from modeldeck.domain.settings import Settings
from modeldeck.domain.task import Criteria, Mode, Policy, Strategy, Tier
from modeldeck.engine.catalog.facts import derive_facts
from modeldeck.engine.profiling.analysis import analyze
from modeldeck.engine.selection.quality import QualityTable
from modeldeck.engine.selection.selector import select
from modeldeck.engine.selection.situation import Situation

POLICY = Policy(
    task="default",
    mode=Mode.AUTO,
    model=None,
    fallback_mode="auto",
    tier=Tier.FALLBACK,
    strategy=Strategy.BALANCED,
    criteria=Criteria(),
    require_fast=False,
    require_quality=False,
    free_first=True,
)
PROFILE = Profile(
    specialization=Specialization.CODING,
    probabilities={Specialization.CODING: 0.8, Specialization.MATH: 0.1, Specialization.CHAT: 0.1},
    complexity=Complexity.MODERATE,
    difficulty=0.5,
    confidence=0.8,
    input_tokens=400,
    output_tokens=700,
)
SENTENCE = "Write a Python function that reads a CSV file, groups its rows by week and plots the sums. "


def _situation(count: int) -> Situation:
    models = tuple(derive_facts(model) for model in make_models(count))
    quality = QualityTable(models, READ_AT.date())
    return Situation(models=models, quality=quality, now=READ_AT, usable={"openrouter": True})


def main() -> None:
    settings, rng = Settings(), random.Random(1)
    thousand, many = _situation(1_000), _situation(30_000)
    prompt = Request(messages=(Message("user", (SENTENCE * 30)[:2_000]),))
    subjects = {
        "1,000 candidates": lambda: select(POLICY, PROFILE, thousand, settings, rng),
        "30,000 candidates": lambda: select(POLICY, PROFILE, many, settings, rng),
        "profile of 2,000 characters": lambda: analyze(prompt),
    }
    medians = interleave(subjects, rounds=25)
    budgets = {"1,000 candidates": 0.0005, "30,000 candidates": 0.010, "profile of 2,000 characters": 0.004}
    report_times("Selection", medians, budgets)
