"""Classification of everything that can go wrong on the wire, by the error table of the wire formats (section 9).

Generic over vendors: the HTTP status decides where it is specific, the words and the text of the body where one
status means several things.
"""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from modeldeck.domain.errors import ErrorKind, Failure
from modeldeck.providers.secret import Secret
from modeldeck.providers.wire.error_body import ErrorBody, read_body, read_error
from modeldeck.providers.wire.quota_failure import next_pacific_midnight, read_violations
from modeldeck.providers.wire.values import as_name
from modeldeck.providers.wire.waits import wait_seconds

MESSAGE_LENGTH = 200
"""Characters of a foreign message that are kept."""

_BY_STATUS: Mapping[int, ErrorKind] = {
    401: ErrorKind.AUTH,
    402: ErrorKind.CREDIT,
    403: ErrorKind.FORBIDDEN,
    404: ErrorKind.NOT_FOUND,
    408: ErrorKind.OVERLOADED,
    409: ErrorKind.OVERLOADED,
    410: ErrorKind.NOT_FOUND,
    413: ErrorKind.CONTEXT,
    424: ErrorKind.OVERLOADED,  # RFC 4918: a server behind this one failed
    429: ErrorKind.RATE_MINUTE,
    498: ErrorKind.OVERLOADED,  # Groq: flex tier at capacity
    499: ErrorKind.OVERLOADED,  # nginx and Google (CANCELLED): somebody on the way gave the request up
}

_BAD_REQUEST = frozenset({400, 422})

# Machine-readable words of OpenAI, Anthropic, Gemini, OpenRouter (`error_type`, `availability.code`), llama.cpp, Groq
# (decommissioned), Mistral (invalid_model), Together (not_available) and Hugging Face (not_supported).
_BY_WORD: Mapping[str, ErrorKind] = {
    "api_key_invalid": ErrorKind.AUTH,
    "authentication": ErrorKind.AUTH,
    "authentication_error": ErrorKind.AUTH,
    "invalid_api_key": ErrorKind.AUTH,
    "billing_error": ErrorKind.CREDIT,
    "enforced_spend_limit_reached": ErrorKind.CREDIT,
    "insufficient_quota": ErrorKind.CREDIT,
    "payment_required": ErrorKind.CREDIT,
    "context_length_exceeded": ErrorKind.CONTEXT,
    "exceed_context_size_error": ErrorKind.CONTEXT,
    "request_too_large": ErrorKind.CONTEXT,
    "invalid_model": ErrorKind.NOT_FOUND,
    "model_decommissioned": ErrorKind.NOT_FOUND,
    "model_not_available": ErrorKind.NOT_FOUND,
    "model_not_found": ErrorKind.NOT_FOUND,
    "model_not_supported": ErrorKind.NOT_FOUND,
    "not_found": ErrorKind.NOT_FOUND,
    "not_found_error": ErrorKind.NOT_FOUND,
    "content_filter": ErrorKind.FORBIDDEN,
    "content_policy_violation": ErrorKind.FORBIDDEN,
    "failed_precondition": ErrorKind.FORBIDDEN,  # Gemini: region, or billing that is not set up
    "permission_denied": ErrorKind.FORBIDDEN,
    "permission_error": ErrorKind.FORBIDDEN,
    "refusal": ErrorKind.FORBIDDEN,
    "rate_limit_error": ErrorKind.RATE_MINUTE,
    "rate_limit_exceeded": ErrorKind.RATE_MINUTE,
    "resource_exhausted": ErrorKind.RATE_MINUTE,
    "api_error": ErrorKind.OVERLOADED,
    "internal_server_error": ErrorKind.OVERLOADED,
    "overloaded_error": ErrorKind.OVERLOADED,
    "provider_overloaded": ErrorKind.OVERLOADED,
    "provider_unavailable": ErrorKind.OVERLOADED,
    "server": ErrorKind.OVERLOADED,
    "server_error": ErrorKind.OVERLOADED,
    "timeout": ErrorKind.OVERLOADED,
    "timeout_error": ErrorKind.OVERLOADED,
    "unavailable_error": ErrorKind.OVERLOADED,
}

# Texts of services that have no word for the condition, each recorded or documented.
_CONTEXT_TEXT = re.compile(
    r"maximum context length|max context length|context window|context length|available context size"
    r"|(?:prompt|input) is too long|prompt too long|exceeds the maximum number of tokens|maximum prompt length"
    r"|inputs`? tokens \+ `?max_new_tokens|exceed context limit",
    re.IGNORECASE,
)
_AUTH_TEXT = re.compile(
    r"(?:incorrect|invalid) api key|api key (?:is )?(?:not valid|invalid)|unregistered callers", re.IGNORECASE
)
# LM Studio says so with 400 where memory is short: no defect of the request, and a smaller model may still fit.
_LOADING_TEXT = re.compile(r"failed to load (?:the )?model", re.IGNORECASE)
_NOT_FOUND_TEXT = re.compile(
    r"\bmodel\b.{0,200}\b(?:not found|does not exist|is not a valid model)|\binvalid model name\b", re.IGNORECASE
)
_CREDIT_TEXT = re.compile(
    r"key limit exceeded|insufficient (?:credits|balance|funds)|used all available credits|monthly spending limit"
    r"|credit balance is too low",
    re.IGNORECASE,
)
_RATE_TEXT = re.compile(r"(?:tokens|requests) per (?:min|day)|\b[RT]P[MD]\b", re.IGNORECASE)
_DAY_TEXT = re.compile(r"per[ _-]?day|daily|\b[RT]PD\b", re.IGNORECASE)
_FREE_TEXT = re.compile(r"free-models-per-|openrouter_free_tier", re.IGNORECASE)

_CERTAIN = frozenset(_BY_STATUS) - {424, 499}
"""Statuses below 500 that say enough; with the others, and with 500, text and words come first."""


def classify_answer(
    status: int, headers: Mapping[str, str], body: bytes, *, now: datetime, provider: str, secret: Secret
) -> Failure:
    """The failure behind an HTTP answer that is no success.

    Args:
        status: the HTTP status.
        headers: of the answer, names in lower case.
        body: as received, of any content type, possibly cut.
        now: the time of the answer, UTC.
        provider: catalog name, the first part of a quota's scope.
        secret: the key in use; masked in the message.
    """
    if 300 <= status < 400:
        target = as_name(headers.get("location")) or "another address"
        return Failure(ErrorKind.MALFORMED, f"HTTP {status}: the server redirects to {secret.mask(target)}", status)
    error = read_body(body)
    return _failure(error, status, headers, now=now, provider=provider, secret=secret)


def classify_stream_error(payload: Any, *, now: datetime, provider: str, secret: Secret) -> Failure:
    """The failure behind an error object inside an answer whose HTTP status was 200 (arguments as above).

    A request that was accepted has no bad parameter, so a plain 4xx in here is a broken stream.
    """
    error = read_error(payload)
    failure = _failure(error, error.status, {}, now=now, provider=provider, secret=secret)
    if failure.kind in {ErrorKind.PARAMETER, ErrorKind.MALFORMED} and failure.parameter is None:
        return Failure(ErrorKind.BROKEN_STREAM, failure.message, failure.status)
    return failure


def _failure(
    error: ErrorBody,
    status: int | None,
    headers: Mapping[str, str],
    *,
    now: datetime,
    provider: str,
    secret: Secret,
) -> Failure:
    kind = _kind(status, error)
    wait = None
    scope = None
    resets_at = None
    if kind is ErrorKind.RATE_MINUTE:
        kind = ErrorKind.RATE_DAY if error.says(_DAY_TEXT) else kind
        scope = f"{provider}:free" if error.says(_FREE_TEXT) else None
    if kind in {ErrorKind.RATE_MINUTE, ErrorKind.RATE_DAY, ErrorKind.OVERLOADED}:
        wait = wait_seconds({**headers, **error.headers}, error.fields, now)
        resets_at = now + timedelta(seconds=wait) if wait is not None else None
    if kind is ErrorKind.RATE_DAY:
        resets_at = _day_end(error, scope, resets_at, now)
        wait = (resets_at - now).total_seconds() if resets_at else None
    return Failure(
        kind=kind,
        message=_message(error.message, secret) or f"HTTP {status} without an explanation",
        status=status,
        retry_after_s=wait,
        resets_at=resets_at,
        parameter=error.parameter if kind is ErrorKind.PARAMETER else None,
        scope=scope,
        # What is too large for a minute's tokens (413) stays so.
        retryable=headers.get("x-should-retry") != "false" and status != 413,
    )


def _message(text: str, secret: Secret) -> str:
    """Masked first, cut afterwards: half a key is a leak, too."""
    return secret.mask(text)[:MESSAGE_LENGTH]


def _kind(status: int | None, error: ErrorBody) -> ErrorKind:
    if status is None or status == 500 or (status < 500 and status not in _CERTAIN):
        return _kind_by_text(error) or _kind_by_word(error) or _kind_by_number(status, error)
    if status == 429 and _kind_by_word(error) is ErrorKind.CREDIT:
        return ErrorKind.CREDIT
    if status in {403, 429} and error.says(_CREDIT_TEXT):
        return ErrorKind.CREDIT
    if status == 413 and (_kind_by_word(error) is ErrorKind.RATE_MINUTE or error.says(_RATE_TEXT)):
        return ErrorKind.RATE_MINUTE  # Groq: the request alone is larger than what a minute allows
    if status == 403 and (_kind_by_word(error) is ErrorKind.AUTH or error.says(_AUTH_TEXT)):
        return ErrorKind.AUTH
    return _kind_by_number(status, error)


def _kind_by_text(error: ErrorBody) -> ErrorKind | None:
    if error.says(_CONTEXT_TEXT):
        return ErrorKind.CONTEXT
    if error.says(_AUTH_TEXT):
        return ErrorKind.AUTH
    if error.says(_CREDIT_TEXT):
        return ErrorKind.CREDIT
    if error.says(_LOADING_TEXT):
        return ErrorKind.OVERLOADED
    return ErrorKind.NOT_FOUND if error.says(_NOT_FOUND_TEXT) else None


def _kind_by_word(error: ErrorBody) -> ErrorKind | None:
    kinds = [_BY_WORD[word] for word in error.words if word in _BY_WORD]
    # A 429 carries the general word and the special one; spent money outlasts any rate limit.
    return ErrorKind.CREDIT if ErrorKind.CREDIT in kinds else next(iter(kinds), None)


def _kind_by_number(status: int | None, error: ErrorBody) -> ErrorKind:
    if status is None:
        return ErrorKind.BROKEN_STREAM
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    if status >= 500:
        return ErrorKind.OVERLOADED
    # A refusal that no service documents, and that names no field, says nothing about other models and providers.
    return ErrorKind.PARAMETER if status in _BAD_REQUEST or error.parameter else ErrorKind.MALFORMED


def _day_end(error: ErrorBody, scope: str | None, told: datetime | None, now: datetime) -> datetime | None:
    """When a limit per day ends; None where nobody says."""
    if any(violation.kind.endswith("day") for violation in read_violations(error.fields)):
        return next_pacific_midnight(now)  # Google's RetryInfo beside it is about minutes
    if told is None and scope:
        return _next_utc_midnight(now)  # the day of OpenRouter's free models
    return told


def _next_utc_midnight(now: datetime) -> datetime:
    return now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
