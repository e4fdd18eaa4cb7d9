"""The conditions of the error table, in the words of each protocol. The placeholder KEY stands for the caller's key.

Shapes: the services' error documentation (OpenAI, Anthropic, Gemini, OpenRouter, Ollama, xAI, Mistral, vLLM).
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import httpx

from modeldeck.domain.errors import ErrorKind

PLACEHOLDER = "KEY"


class Refusal(NamedTuple):
    """One refused request: what it means, and how it looks. `wait_s` are the seconds that it asks for."""

    kind: ErrorKind
    status: int
    body: Any
    headers: Mapping[str, str] = {}
    wait_s: float | None = None
    parameter: str | None = None

    def response(self, key: str) -> httpx.Response:
        """The answer, with the key in it wherever the service would quote it."""
        text = self.body if isinstance(self.body, str) else json.dumps(self.body)
        return httpx.Response(self.status, headers=dict(self.headers), text=text.replace(PLACEHOLDER, key))


def _openai(message: str, code: str | None = None, parameter: str | None = None) -> Any:
    error = {"message": message, "type": "invalid_request_error", "param": parameter, "code": code}
    return {"error": error}


OPENAI: Sequence[Refusal] = (
    Refusal(ErrorKind.AUTH, 401, _openai("Incorrect API key provided: KEY.", "invalid_api_key")),
    Refusal(ErrorKind.CREDIT, 402, _openai("Insufficient balance")),
    Refusal(ErrorKind.CREDIT, 429, _openai("You exceeded your current quota KEY", "insufficient_quota")),
    Refusal(ErrorKind.FORBIDDEN, 403, _openai("Your country is not supported KEY")),
    Refusal(ErrorKind.NOT_FOUND, 404, _openai("The model `model-a` does not exist", "model_not_found")),
    Refusal(ErrorKind.NOT_FOUND, 400, _openai("/chat/completions: Invalid model name passed in model=model-a")),
    Refusal(ErrorKind.CONTEXT, 400, _openai("The maximum context length is 8 tokens", "context_length_exceeded")),
    Refusal(
        ErrorKind.PARAMETER, 400,
        _openai("Unsupported value: 'temperature' does not support 0", "unsupported_value", "temperature"),
        parameter="temperature",
    ),
    Refusal(ErrorKind.RATE_MINUTE, 429, _openai("Slow down", "rate_limit_exceeded"), {"retry-after": "7"}, 7),
    Refusal(ErrorKind.RATE_MINUTE, 429, _openai("Slow down"), {"retry-after-ms": "7000"}, 7),
    Refusal(ErrorKind.RATE_DAY, 429, _openai("Limit 50 on requests per day (RPD)"), {"retry-after": "7"}, 7),
    Refusal(ErrorKind.OVERLOADED, 503, _openai("The engine is overloaded KEY")),
    Refusal(ErrorKind.OVERLOADED, 502, "<html><title>502 Bad Gateway KEY</title></html>"),
    Refusal(ErrorKind.OVERLOADED, 500, ""),
)  # fmt: skip

BY_VENDOR: Mapping[str, Sequence[Refusal]] = {
    "xai": (Refusal(ErrorKind.AUTH, 400, {"code": "invalid-argument", "error": "Incorrect API key provided: KEY"}),),
    "mistral": (
        Refusal(ErrorKind.AUTH, 401, {"detail": "Invalid API Key KEY"}),
        Refusal(
            ErrorKind.PARAMETER, 422,
            {"detail": [{"loc": ["body", "temperature"], "msg": "Extra inputs are not permitted"}]},
            parameter="temperature",
        ),
    ),
    "groq": (Refusal(ErrorKind.OVERLOADED, 498, _openai("Flex tier at capacity", "capacity_exceeded")),),
    "vllm": (
        Refusal(ErrorKind.NOT_FOUND, 404, {"object": "error", "message": "The model `a` does not exist.", "code": 404}),
    ),
    "llamacpp": (
        Refusal(
            ErrorKind.CONTEXT, 400,
            {"error": {"code": 400, "message": "the request exceeds the available context size, try increasing it",
                       "type": "exceed_context_size_error"}},
        ),
        Refusal(
            ErrorKind.OVERLOADED, 503,
            {"error": {"code": 503, "message": "Loading model", "type": "unavailable_error"}},
        ),
    ),
}  # fmt: skip


def _openrouter(code: int, message: str, **metadata: Any) -> Any:
    return {"error": {"code": code, "message": message, "metadata": metadata}, "user_id": "u"}


OPENROUTER: Sequence[Refusal] = (
    Refusal(ErrorKind.AUTH, 401, _openrouter(401, "No auth credentials found KEY")),
    Refusal(ErrorKind.CREDIT, 402, _openrouter(402, "Insufficient credits")),
    Refusal(ErrorKind.FORBIDDEN, 403, _openrouter(403, "Flagged", reasons=["violence"])),
    Refusal(ErrorKind.NOT_FOUND, 404, _openrouter(404, "No endpoints found for model-a.")),
    Refusal(ErrorKind.CONTEXT, 400, _openrouter(400, "too long", error_type="context_length_exceeded")),
    Refusal(
        ErrorKind.PARAMETER, 400, _openrouter(400, "Unsupported parameter: 'temperature'"), parameter="temperature"
    ),
    Refusal(
        ErrorKind.RATE_MINUTE, 429,
        {"error": {"code": 429, "message": "Busy KEY",
                   "availability": {"code": "capacity_exhausted", "retry_after": 7}}},
        wait_s=7,
    ),
    Refusal(ErrorKind.RATE_DAY, 429, _openrouter(429, "Rate limit exceeded: free-models-per-day. ")),
    Refusal(ErrorKind.OVERLOADED, 502, _openrouter(502, "Provider returned error", raw="upstream KEY")),
)  # fmt: skip


def _anthropic(kind: str, message: str, **details: Any) -> Any:
    error = {"type": kind, "message": message} | ({"details": details} if details else {})
    return {"type": "error", "error": error, "request_id": "r"}


ANTHROPIC: Sequence[Refusal] = (
    Refusal(ErrorKind.AUTH, 401, _anthropic("authentication_error", "invalid x-api-key KEY")),
    Refusal(ErrorKind.CREDIT, 402, _anthropic("billing_error", "no credit")),
    Refusal(
        ErrorKind.CREDIT, 429,
        _anthropic("rate_limit_error", "limit reached", error_code="enforced_spend_limit_reached"),
    ),
    Refusal(ErrorKind.FORBIDDEN, 403, _anthropic("permission_error", "not allowed KEY")),
    Refusal(ErrorKind.NOT_FOUND, 404, _anthropic("not_found_error", "model: model-a")),
    Refusal(ErrorKind.CONTEXT, 400, _anthropic("invalid_request_error", "prompt is too long: 9 tokens > 8 maximum")),
    Refusal(ErrorKind.CONTEXT, 413, "<html><title>413 Request Entity Too Large KEY</title></html>"),
    Refusal(
        ErrorKind.PARAMETER, 400, _anthropic("invalid_request_error", "temperature: Extra inputs are not permitted"),
        parameter="temperature",
    ),
    Refusal(ErrorKind.RATE_MINUTE, 429, _anthropic("rate_limit_error", "Slow down"), {"retry-after": "7"}, 7),
    Refusal(ErrorKind.OVERLOADED, 529, _anthropic("overloaded_error", "Overloaded KEY")),
    Refusal(ErrorKind.OVERLOADED, 500, _anthropic("api_error", "Internal server error")),
)  # fmt: skip


def _gemini(code: int, message: str, status: str, *details: Any) -> Any:
    return {"error": {"code": code, "message": message, "status": status, "details": list(details)}}


GEMINI: Sequence[Refusal] = (
    Refusal(
        ErrorKind.AUTH, 400, _gemini(400, "API key not valid: KEY", "INVALID_ARGUMENT", {"reason": "API_KEY_INVALID"})
    ),
    Refusal(ErrorKind.CREDIT, 402, _gemini(402, "Prepaid credit is used up KEY", "RESOURCE_EXHAUSTED")),
    Refusal(ErrorKind.FORBIDDEN, 400, _gemini(400, "User location is not allowed", "FAILED_PRECONDITION")),
    Refusal(ErrorKind.FORBIDDEN, 403, _gemini(403, "Permission denied KEY", "PERMISSION_DENIED")),
    Refusal(ErrorKind.NOT_FOUND, 404, _gemini(404, "models/model-a is not found for API version v1beta", "NOT_FOUND")),
    Refusal(
        ErrorKind.CONTEXT, 400,
        _gemini(400, "The input token count (9) exceeds the maximum number of tokens allowed (8).", "INVALID_ARGUMENT"),
    ),
    Refusal(
        ErrorKind.PARAMETER, 400, _gemini(400, 'Unknown name "temperature": Cannot find field.', "INVALID_ARGUMENT"),
        parameter="temperature",
    ),
    Refusal(
        ErrorKind.RATE_MINUTE, 429,
        _gemini(429, "Quota exceeded", "RESOURCE_EXHAUSTED",
                {"violations": [{"quotaId": "GenerateRequestsPerMinutePerProject"}]}, {"retryDelay": "7s"}),
        wait_s=7,
    ),
    Refusal(
        ErrorKind.RATE_DAY, 429,
        _gemini(429, "Quota exceeded", "RESOURCE_EXHAUSTED",
                {"violations": [{"quotaId": "GenerateRequestsPerDayPerProject"}]}),
    ),
    Refusal(ErrorKind.OVERLOADED, 503, [_gemini(503, "The model is overloaded KEY", "UNAVAILABLE")]),
)  # fmt: skip

OLLAMA: Sequence[Refusal] = (
    Refusal(ErrorKind.AUTH, 401, {"error": "unauthorized KEY", "signin_url": "https://ollama.com/connect"}),
    Refusal(ErrorKind.FORBIDDEN, 403, {"error": "this model needs a subscription KEY"}),
    Refusal(ErrorKind.NOT_FOUND, 404, {"error": "model 'model-a' not found"}),
    Refusal(ErrorKind.CONTEXT, 400, {"error": "the input length exceeds the context length"}),
    Refusal(ErrorKind.PARAMETER, 400, {"error": '"model-a" does not support thinking'}, parameter="thinking"),
    Refusal(ErrorKind.RATE_MINUTE, 429, {"error": "too many requests"}, {"retry-after": "7"}, 7),
    Refusal(ErrorKind.OVERLOADED, 500, {"error": "llama runner process has terminated KEY"}),
    Refusal(ErrorKind.OVERLOADED, 502, {"error": "cloud unreachable"}),
)
