"""Every recorded answer of the Responses protocol, where the recordings are at hand."""

from decimal import Decimal
from pathlib import Path

import pytest

from fake_wire import VENDORS, Read, read_answer, stream_failure
from modeldeck.domain.errors import ErrorKind, ProviderError
from modeldeck.domain.usage import Usage
from modeldeck.providers.openai.responses_stream import ResponsesStream

FOUR = 'The user asks: "What is 2+2?" They expect a straightforward answer: 4. Just answer 4.'
THREE = 'The user said: "Count from 1 to 3"\n'


def read(recorded: Path, name: str, vendor: str, size: int) -> Read:
    data = (recorded / "streams" / f"{name}.sse").read_bytes()
    return read_answer(ResponsesStream(vendor, stream_failure, reports_cost=VENDORS[vendor].reports_cost), data, size)


@pytest.mark.parametrize("size", [1, 7, 1 << 20])
@pytest.mark.parametrize(
    ("name", "vendor", "start", "thinking", "usage", "cost"),
    [
        ("openai-responses-text", "openai", "1, 2, 3", "", Usage(13, 284, 0, 0, 256, True), None),
        ("xai-responses-text", "xai", "1, 2, 3", THREE, Usage(199, 160, 128, 0, 152, True), "0.00051435"),
        ("openrouter-responses-reasoning", "openrouter", "4", FOUR, Usage(78, 37, 0, 0, 22, True), "0.0000113"),
        ("lmstudio-responses-text", "lmstudio", "## The Festival", "", Usage(31, 282, 30, 0, 0, True), None),
    ],
)
def test_recorded_responses(
    recorded: Path, name: str, vendor: str, start: str, thinking: str, usage: Usage, cost: str | None, size: int
) -> None:
    found = read(recorded, name, vendor, size)
    assert found.text.startswith(start)
    assert found.reasoning.startswith(thinking)
    assert found.stop == "stop"
    assert found.usage is not None
    assert found.usage.usage == usage
    assert found.usage.cost_usd == (None if cost is None else Decimal(cost))


def test_a_recorded_failure_inside_a_stream(recorded: Path) -> None:
    with pytest.raises(ProviderError) as caught:
        read(recorded, "openai-responses-error", "openai", 1 << 20)
    assert caught.value.failure.kind is ErrorKind.CREDIT
    assert "quota" in caught.value.message
