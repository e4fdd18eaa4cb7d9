"""Every recorded and documented error is classified as the error table says; none is forgotten."""

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from modeldeck.domain.errors import ErrorKind, Failure
from modeldeck.providers.secret import Secret
from modeldeck.providers.wire.failures import classify_answer


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """What an error must be classified as; `status` where no recording of it says so."""

    kind: ErrorKind
    status: int | None = None
    words: str = ""
    parameter: str | None = None
    retry_after_s: float | None = None
    scope: str | None = None
    resets_at: datetime | None = None


ERRORS = {
    "anthropic-400-context": Refusal(kind=ErrorKind.CONTEXT),
    "anthropic-401": Refusal(kind=ErrorKind.AUTH),
    "anthropic-404-model": Refusal(kind=ErrorKind.NOT_FOUND),
    "deepseek-400-context": Refusal(kind=ErrorKind.CONTEXT, words="maximum context length is 1048565"),
    "deepseek-401": Refusal(kind=ErrorKind.AUTH),
    "gemini-400-bad-key": Refusal(kind=ErrorKind.AUTH),
    "gemini-404-model": Refusal(kind=ErrorKind.NOT_FOUND),
    "gemini-429-quota": Refusal(kind=ErrorKind.RATE_MINUTE, retry_after_s=48),
    "groq-400": Refusal(kind=ErrorKind.NOT_FOUND),
    "groq-404-model": Refusal(kind=ErrorKind.NOT_FOUND),
    "mistral-401": Refusal(kind=ErrorKind.AUTH, words="Invalid API Key"),
    "ollama-cloud-400-context": Refusal(kind=ErrorKind.CONTEXT),
    "ollama-cloud-401": Refusal(kind=ErrorKind.AUTH),
    "openai-400-context": Refusal(kind=ErrorKind.CONTEXT),
    "openai-400-max-tokens": Refusal(kind=ErrorKind.PARAMETER, status=400, parameter="max_tokens"),
    "openai-400-temperature": Refusal(kind=ErrorKind.PARAMETER, status=400, parameter="temperature"),
    "openai-401": Refusal(kind=ErrorKind.AUTH),
    "openai-404-model": Refusal(kind=ErrorKind.NOT_FOUND),
    "openrouter-400-context": Refusal(kind=ErrorKind.CONTEXT),
    "openrouter-401": Refusal(kind=ErrorKind.AUTH),
    "openrouter-429-upstream": Refusal(kind=ErrorKind.RATE_MINUTE, words="temporarily rate-limited upstream"),
    "xai-400-bad-key": Refusal(kind=ErrorKind.AUTH, words="Incorrect API key provided."),
}
ERROR_EXAMPLES = {
    "openrouter-402-max-tokens": Refusal(kind=ErrorKind.CREDIT, status=402, words="can only afford 10114"),
    "openrouter-404-free-ended": Refusal(kind=ErrorKind.NOT_FOUND, status=404),
    "openrouter-429-capacity": Refusal(kind=ErrorKind.RATE_MINUTE, status=429, retry_after_s=40),
    "openrouter-429-free-per-day": Refusal(
        kind=ErrorKind.RATE_DAY, status=429, scope="openrouter:free", resets_at=datetime(2026, 4, 29, tzinfo=UTC)
    ),
    "openrouter-429-free-per-min": Refusal(
        kind=ErrorKind.RATE_MINUTE,
        status=429,
        scope="openrouter:free",
        resets_at=datetime(2026, 4, 29, 0, 1, tzinfo=UTC),
    ),
}
HAS_STATUS = re.compile(r"-[45]\d\d\b")
ERROR_TIME = datetime(2026, 4, 28, 12, 0, tzinfo=UTC)


def classify(folder: Path, name: str, status: int | None) -> Failure:
    meta_path = folder / f"{name}.meta.json"
    meta = json.loads(meta_path.read_text(encoding="utf-8")) if meta_path.exists() else {}
    code = status or meta["status"]["code"]
    body = (folder / f"{name}.json").read_bytes()
    provider = name.partition("-")[0]
    return classify_answer(code, meta.get("headers", {}), body, now=ERROR_TIME, provider=provider, secret=Secret())


@pytest.mark.parametrize(
    ("folder", "name", "expected"),
    [("errors", *item) for item in ERRORS.items()] + [("examples", *item) for item in ERROR_EXAMPLES.items()],
)
def test_errors_are_classified_by_the_table(recorded: Path, folder: str, name: str, expected: Refusal) -> None:
    failure = classify(recorded / folder, name, expected.status)
    assert failure.kind is expected.kind
    assert expected.words in failure.message
    assert 0 < len(failure.message) <= 200
    assert failure.parameter == expected.parameter
    assert failure.scope == expected.scope
    if expected.resets_at is not None:
        assert failure.resets_at == expected.resets_at
    else:
        assert failure.retry_after_s == expected.retry_after_s


def test_no_error_is_forgotten(recorded: Path) -> None:
    found = {path.stem for path in (recorded / "errors").glob("*.json") if not path.name.endswith(".meta.json")}
    assert found == set(ERRORS)
    documented = {path.stem for path in (recorded / "examples").glob("*.json") if HAS_STATUS.search(path.stem)}
    assert documented == set(ERROR_EXAMPLES)
