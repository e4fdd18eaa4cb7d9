"""Rate-limit headers of real answers, where the recordings are at hand."""

import json
from pathlib import Path

import pytest

from fake_wire import NOW, VENDORS
from modeldeck.providers.wire.rate_headers import read_quotas

# vendor: file, then of requests and of tokens the kind, what is left, and the seconds until the reset
LIMITS = {
    "groq": ("groq-chat-text", ("requests_day", 14_399, 6.0), ("tokens_minute", 5_987, 0.13)),
    "openai": ("openai-responses-text", ("requests_minute", 4_999, 0.012), ("tokens_minute", 1_999_770, 0.006)),
    "xai": ("xai-responses-text", ("requests_minute", 1_800, None), ("tokens_minute", 10_000_000, None)),
}


@pytest.mark.parametrize("vendor", LIMITS)
def test_recorded_limits(recorded: Path, vendor: str) -> None:
    name, *expected = LIMITS[vendor]
    meta = json.loads((recorded / "streams" / f"{name}.meta.json").read_text(encoding="utf-8"))
    window = VENDORS[vendor].requests_window
    found = read_quotas(meta["headers"], scope=f"{vendor}/m", requests_window=window, now=NOW)
    assert [
        (quota.kind, quota.remaining, quota.resets_at and (quota.resets_at - NOW).total_seconds()) for quota in found
    ] == expected
