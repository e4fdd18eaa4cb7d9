"""Gemini's side of the wire: its key, its address, its events."""

import json
from typing import Any

KEY = "AIza-test-key-123"
STREAM = ":streamGenerateContent"


def event(*parts: Any, reason: str | None = None, **usage: int) -> dict[str, Any]:
    candidate: dict[str, Any] = {"content": {"role": "model", "parts": list(parts)}}
    if reason:
        candidate["finishReason"] = reason
    return {"candidates": [candidate]} | ({"usageMetadata": usage} if usage else {})


def crlf(*events: Any) -> bytes:
    return b"".join(b"data: " + json.dumps(each).encode() + b"\r\n\r\n" for each in events)


ANSWER = (
    event({"text": "Let me see.", "thought": True}, promptTokenCount=15),
    event({"text": "Par"}, promptTokenCount=13, candidatesTokenCount=1, thoughtsTokenCount=7),
    event({"text": "is", "thoughtSignature": "x"}, reason="STOP", promptTokenCount=13, candidatesTokenCount=2,
          thoughtsTokenCount=7, cachedContentTokenCount=4, totalTokenCount=22),
)  # fmt: skip
