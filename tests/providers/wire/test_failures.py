import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fake_json import any_json
from fake_wire import NOW, stream_failure
from modeldeck.domain.errors import ErrorKind, Failure
from modeldeck.providers.secret import Secret
from modeldeck.providers.wire.failures import classify_answer

KEY = "sk-or-v1-verysecret"


def classify(status: int, body: Any = b"", provider: str = "openrouter", **headers: str) -> Failure:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    lower = {name.replace("_", "-"): value for name, value in headers.items()}
    return classify_answer(status, lower, raw, now=NOW, provider=provider, secret=Secret(KEY))


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (401, b"", ErrorKind.AUTH),
        (400, {"error": {"message": "API key not valid."}}, ErrorKind.AUTH),
        (400, {"code": "invalid-argument", "error": "Incorrect API key provided. Get one."}, ErrorKind.AUTH),
        (400, {"error": {"details": [{"reason": "API_KEY_INVALID"}]}}, ErrorKind.AUTH),
        (402, b"", ErrorKind.CREDIT),
        (429, {"error": {"code": "insufficient_quota", "type": "insufficient_quota"}}, ErrorKind.CREDIT),
        (
            429,
            {"error": {"type": "rate_limit_error", "details": {"error_code": "enforced_spend_limit_reached"}}},
            ErrorKind.CREDIT,
        ),
        (403, {"error": {"code": 403, "message": "Key limit exceeded (total limit)."}}, ErrorKind.CREDIT),
        (403, {"error": {"message": "Flagged", "metadata": {"reasons": ["violence"]}}}, ErrorKind.FORBIDDEN),
        (404, {"error": "model 'x' not found, try pulling it first"}, ErrorKind.NOT_FOUND),
        (400, {"error": {"code": "model_not_found"}}, ErrorKind.NOT_FOUND),
        (400, {"error": {"code": 400, "message": "model 'nope' not found"}}, ErrorKind.NOT_FOUND),
        (410, b"", ErrorKind.NOT_FOUND),
        (400, {"error": {"message": 'Failed to load model "x". Error: unable to allocate'}}, ErrorKind.OVERLOADED),
        (413, b"<html>too large</html>", ErrorKind.CONTEXT),
        (400, {"error": {"code": "context_length_exceeded", "message": "no"}}, ErrorKind.CONTEXT),
        (400, {"error": {"message": "prompt is too long: 9 tokens > 8 maximum"}}, ErrorKind.CONTEXT),
        (500, {"error": {"message": "the request exceeds the available context size"}}, ErrorKind.CONTEXT),
        (400, {"error": {"message": "bad"}}, ErrorKind.PARAMETER),
        (422, {"detail": [{"loc": ["body", "top_k"], "msg": "extra fields not permitted"}]}, ErrorKind.PARAMETER),
        (400, b"", ErrorKind.PARAMETER),
        (405, b"Method Not Allowed", ErrorKind.MALFORMED),
        (406, b"", ErrorKind.MALFORMED),
        (418, b"I'm a teapot", ErrorKind.MALFORMED),
        (418, {"error": {"message": "no", "param": "temperature"}}, ErrorKind.PARAMETER),
        (424, b"", ErrorKind.OVERLOADED),
        (424, {"error": {"code": "context_length_exceeded"}}, ErrorKind.CONTEXT),
        (431, {"error": {"message": "prompt is too long"}}, ErrorKind.CONTEXT),
        (499, {"error": {"code": 499, "status": "CANCELLED"}}, ErrorKind.OVERLOADED),
        (429, b"", ErrorKind.RATE_MINUTE),
        (429, {"error": {"message": "Limit reached for model `x` on tokens per day (TPD)"}}, ErrorKind.RATE_DAY),
        (
            429,
            {"error": {"details": [{"violations": [{"quotaId": "GenerateRequestsPerDayPerProject-FreeTier"}]}]}},
            ErrorKind.RATE_DAY,
        ),
        (408, b"", ErrorKind.OVERLOADED),
        (409, b"", ErrorKind.OVERLOADED),
        (498, b"", ErrorKind.OVERLOADED),
        (500, b"", ErrorKind.OVERLOADED),
        (502, b"<html><title>502 Bad Gateway</title></html>", ErrorKind.OVERLOADED),
        (503, {"error": {"code": 503, "message": "Loading model", "type": "unavailable_error"}}, ErrorKind.OVERLOADED),
        (504, b"", ErrorKind.OVERLOADED),
        (524, b"", ErrorKind.OVERLOADED),
        (529, {"type": "error", "error": {"type": "overloaded_error"}}, ErrorKind.OVERLOADED),
        (302, b"", ErrorKind.MALFORMED),
        # Groq, Mistral, Together, xAI, Hugging Face and Cerebras in their own words.
        (
            413,
            {"error": {"message": "Request too large on tokens per minute (TPM)", "code": "rate_limit_exceeded"}},
            ErrorKind.RATE_MINUTE,
        ),
        (400, {"error": {"message": "`x` has been retired", "code": "model_decommissioned"}}, ErrorKind.NOT_FOUND),
        (400, {"object": "error", "message": "Invalid model: x", "type": "invalid_model"}, ErrorKind.NOT_FOUND),
        (422, {"error": {"message": "`inputs` tokens + `max_new_tokens` must be <= 8193"}}, ErrorKind.CONTEXT),
        (400, {"code": "x", "error": "This model's maximum prompt length is 131072"}, ErrorKind.CONTEXT),
        (429, {"error": "Your team has used all available credits"}, ErrorKind.CREDIT),
        (
            400,
            {"error": {"message": "not supported by any provider", "code": "model_not_supported"}},
            ErrorKind.NOT_FOUND,
        ),
        (429, {"message": "Tokens per day limit exceeded", "code": "token_quota_exceeded"}, ErrorKind.RATE_DAY),
        (404, {"error": {"availability": {"code": "free_variant_ended"}, "message": "over"}}, ErrorKind.NOT_FOUND),
    ],
)
def test_the_error_table(status: int, body: Any, kind: ErrorKind) -> None:
    failure = classify(status, body)
    assert failure.kind is kind
    assert failure.status == status
    assert failure.message


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"error": {"message": "one"}, "message": "two"}, "one"),
        ({"error": "text"}, "text"),
        ({"message": "two"}, "two"),
        ({"detail": "three"}, "three"),
        ({"detail": [{"msg": "a"}, {"msg": "b"}]}, "a; b"),
        ({"object": "error", "message": {"detail": [{"msg": "a"}]}}, "a"),
        ({"object": "Error", "message": [{"msg": "a"}], "detail": [{"msg": "a"}]}, "a"),
        ([{"error": {"message": "wrapped"}}], "wrapped"),
        (b"plain words", "plain words"),
        (b"<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>", "502 Bad Gateway"),
        (b"<html><script>var x = 1;</script><body><h1>Oops</h1> try later</body></html>", "Oops try later"),
        (b"", "HTTP 500 without an explanation"),
        ([], "HTTP 500 without an explanation"),
        (b"\xff\xfe\x00", "\ufffd\ufffd"),
        (
            {"error": {"message": "Provider returned error", "metadata": {"raw": "busy"}}},
            "Provider returned error: busy",
        ),
    ],
)
def test_the_text_of_every_shape(body: Any, message: str) -> None:
    assert classify(500, body).message == message


def test_messages_are_short_plain_and_without_keys() -> None:
    nasty = f"\x1b[31mwrong\u202e key {KEY}\r\n" + "x" * 500
    failure = classify(401, {"error": {"message": nasty}})
    assert failure.message.startswith("[31mwrong key *** xxx")
    assert len(failure.message) == 200
    assert failure.message.isprintable()


def test_a_key_at_the_cut_does_not_leak_its_half() -> None:
    assert KEY[:8] not in classify(401, {"error": {"message": "x" * 190 + KEY}}).message
    assert KEY not in classify(302, b"", location=f"https://other/?key={KEY}").message


@pytest.mark.parametrize(
    ("body", "parameter"),
    [
        ({"error": {"message": "no", "param": "temperature"}}, "temperature"),
        ({"error": {"message": "Unsupported parameter: 'top_p' is not supported with this model."}}, "top_p"),
        ({"error": {"message": "property 'seed' is unsupported"}}, "seed"),
        ({"error": {"message": "Unrecognized request argument supplied: reasoning_effort"}}, "reasoning_effort"),
        ({"detail": [{"loc": ["body", "seed"], "msg": "Extra inputs are not permitted"}]}, "seed"),
        ({"error": '"llama3" does not support thinking'}, "thinking"),
        ({"object": "error", "message": {"detail": [{"loc": ["body", "seed"], "msg": "Extra"}]}}, "seed"),
        ({"code": "x", "error": "Model grok-x does not support parameter reasoningEffort."}, "reasoningEffort"),
        ({"error": {"message": "This model does not support response format `json_schema`."}}, "json_schema"),
        ({"error": {"message": "something else"}}, None),
    ],
)
def test_the_parameter_that_the_server_names(body: Any, parameter: str | None) -> None:
    failure = classify(400, body)
    assert failure.kind is ErrorKind.PARAMETER
    assert failure.parameter == parameter


def test_a_request_larger_than_a_minutes_tokens_is_not_sent_there_again() -> None:
    too_large = {"error": {"message": "Request too large on tokens per minute (TPM)", "code": "rate_limit_exceeded"}}
    assert not classify(413, too_large).retryable
    assert classify(429, too_large).retryable


def test_free_models_share_one_limit_named_after_the_provider() -> None:
    reset = NOW + timedelta(seconds=30)
    error = {
        "code": 429,
        "message": "Rate limit exceeded: free-models-per-min. ",
        "metadata": {"headers": {"X-RateLimit-Remaining": 0, "X-RateLimit-Reset": str(int(reset.timestamp() * 1000))}},
    }
    failure = classify(429, {"error": error}, provider="other")
    assert (failure.kind, failure.scope) == (ErrorKind.RATE_MINUTE, "other:free")
    assert failure.retry_after_s == 30
    assert failure.resets_at == reset


def test_the_day_of_free_models_ends_at_midnight_utc() -> None:
    failure = classify(429, {"error": {"message": "Rate limit exceeded: free-models-per-day-high-balance"}})
    assert (failure.kind, failure.scope) == (ErrorKind.RATE_DAY, "openrouter:free")
    assert failure.resets_at == datetime(2026, 9, 2, tzinfo=UTC)
    assert failure.retry_after_s == 12 * 3600


def test_an_upstream_limit_is_about_one_model_and_has_no_invented_wait() -> None:
    error = {"message": "Provider returned error", "code": 429, "metadata": {"raw": "rate-limited upstream"}}
    failure = classify(429, {"error": error})
    assert (failure.kind, failure.scope) == (ErrorKind.RATE_MINUTE, None)
    assert failure.retry_after_s is None
    assert failure.resets_at is None


def test_waiting_is_asked_for_by_header_too() -> None:
    failure = classify(503, b"", retry_after="7")
    assert failure.retry_after_s == 7
    assert failure.resets_at == NOW + timedelta(seconds=7)
    assert classify(400, b"", retry_after="7").retry_after_s is None


@pytest.mark.parametrize(
    ("event", "kind", "status"),
    [
        ({"error": {"code": 429, "message": "Rate limit exceeded"}}, ErrorKind.RATE_MINUTE, 429),
        ({"error": {"code": "server_error", "message": "oops"}}, ErrorKind.OVERLOADED, None),
        ({"error": {"code": 502, "message": "upstream"}}, ErrorKind.OVERLOADED, 502),
        ({"error": {"type": "overloaded_error"}}, ErrorKind.OVERLOADED, None),
        ({"error": {"code": 400, "message": "Token limit reached"}}, ErrorKind.BROKEN_STREAM, 400),
        ({"error": {"message": "tool call failed", "status_code": 400}}, ErrorKind.BROKEN_STREAM, 400),
        ({"error": {"code": 418, "message": "no"}}, ErrorKind.BROKEN_STREAM, 418),
        ({"error": {"code": 400, "message": "unsupported parameter: 'seed'"}}, ErrorKind.PARAMETER, 400),
        ({"error": {"message": "maximum context length is 8"}}, ErrorKind.CONTEXT, None),
        ({"error": "an error was encountered: unexpected EOF"}, ErrorKind.BROKEN_STREAM, None),
        ({"object": "error", "message": "older form", "code": 503}, ErrorKind.OVERLOADED, 503),
        ({"error": {"metadata": {"error_type": "provider_overloaded"}}}, ErrorKind.OVERLOADED, None),
        ({"error": True}, ErrorKind.BROKEN_STREAM, None),
    ],
)
def test_errors_inside_a_stream(event: Any, kind: ErrorKind, status: int | None) -> None:
    failure = stream_failure(event)
    assert (failure.kind, failure.status) == (kind, status)
    assert failure.message


ODD = any_json(["error", "message", "code", "details", "metadata", "headers", "detail", "availability"])


@given(st.integers(300, 599), ODD | st.binary(max_size=50))
def test_no_answer_is_beyond_classification(status: int, body: Any) -> None:
    failure = classify(status, body)
    assert failure.message
    assert len(failure.message) <= 200
    assert failure.retry_after_s is None or failure.retry_after_s > 0


@given(ODD)
def test_no_event_is_beyond_classification(event: Any) -> None:
    assert stream_failure(event).message
