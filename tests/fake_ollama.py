"""Ollama's side of the wire: the lines of an answer, and what is in memory."""

import json
from typing import Any


def lines(*events: Any) -> bytes:
    return b"".join(json.dumps(event).encode() + b"\n" for event in events)


def piece(content: str = "", **fields: Any) -> dict[str, Any]:
    return {"model": "m", "message": {"role": "assistant", "content": content, **fields}, "done": False}


END = {
    "message": {"role": "assistant", "content": ""},
    "done": True,
    "done_reason": "stop",
    "prompt_eval_count": 17,
    "eval_count": 50,
    "eval_duration": 2_000_000_000,
}
ANSWER = lines(piece(), piece(thinking="hm"), piece("He"), piece("llo"), END)
PS = {"models": [{"name": "new:8b", "size": 5_100_000_000, "size_vram": 4_000_000_000}, {"name": "cpu:1b", "size": 7}]}
