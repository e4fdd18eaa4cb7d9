"""What an error body says, whatever its shape: OpenAI, Anthropic, Gemini, xAI, Mistral, FastAPI, Ollama, HTML."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import field
from typing import Any

from modeldeck.domain.record import record
from modeldeck.providers.wire.values import as_dict, as_int, as_list, as_name, as_str, parse_json

READ_LENGTH = 4000
"""Characters of a foreign message that are read; classification looks at all of them."""

PAGE_BYTES = 8192
"""As much of a body that is no JSON is searched for words; the search is quadratic in unclosed tags."""

_TAGS = re.compile(rb"<(script|style)\b.*?</\1\s*>|<[^>]*>", re.IGNORECASE | re.DOTALL)
_TITLE = re.compile(rb"<title[^>]*>(.*?)</title>", re.IGNORECASE | re.DOTALL)

_NAMED_IN_TEXT = re.compile(
    r"(?:unsupported|unknown|unrecognized|unexpected|unrecognised|extra)[\w ]{0,30}"
    r"(?:parameter|argument|field|property|keyword)[\w ]{0,20}:?\s*[`'\"]?([A-Za-z_][\w.]*)"
    r"|[`'\"]([A-Za-z_][\w.]*)[`'\"] (?:is|are) (?:not supported|unsupported|not allowed|deprecated)"
    r"|property [`'\"]([A-Za-z_][\w.]*)[`'\"] is unsupported"
    r"|does not support (?:the )?(?:parameter|response format) [`'\"]?([A-Za-z_][\w.]*)"
    r"|does not support (?:the )?(thinking|tools|temperature|reasoning|effort)\b"
    r"|unknown name [`'\"]([A-Za-z_]\w*)[`'\"]"
    r"|\b(thinking)(?:[_ ]level)?(?: \w+)? is not (?:supported|enabled)|only works in (thinking) mode",
    re.IGNORECASE,
)

# Anthropic begins the message with the path of the field: "output_config.format: Extra inputs are not permitted".
_PATH_IN_TEXT = re.compile(r"([a-z_]\w*(?:\.\w+)*): ")


@record(kw_only=True)
class ErrorBody:
    """An error answer, read.

    `message` is one line of plain text, `words` are its machine-readable codes in lower case, `status` an HTTP status
    repeated in the body, `parameter` the request field that it complains about, `headers` those that OpenRouter repeats
    in the body, `fields` the raw error object.
    """

    message: str = ""
    words: tuple[str, ...] = ()
    status: int | None = None
    parameter: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, Any] = field(default_factory=dict)

    def says(self, pattern: re.Pattern[str]) -> bool:
        """Whether the pattern occurs in the message or in one of the words."""
        return any(pattern.search(text) for text in (self.message, *self.words))


def read_body(body: bytes) -> ErrorBody:
    """Read the body of an error answer; the content type is not asked, because it lies."""
    try:
        return read_error(parse_json(body))
    except ValueError:
        page = body[:PAGE_BYTES]
        title = _TITLE.search(page)
        text = title.group(1) if title else _TAGS.sub(b" ", page)
        return ErrorBody(message=_one_line(text.decode("utf-8", "replace")))


def read_error(payload: Any) -> ErrorBody:
    """Read an error out of parsed JSON: the whole body, or one stream event. First match wins for the text."""
    if isinstance(payload, list):  # Gemini's OpenAI-compatible form wraps the object
        payload = payload[0] if payload else None
    outer = as_dict(payload)
    error = outer.get("error")
    fields = error if isinstance(error, dict) else outer
    metadata = as_dict(fields.get("metadata"))
    message = _message(fields, error, outer, payload)
    return ErrorBody(
        message=message,
        words=tuple(_words(fields, metadata)),
        status=_status(fields),
        parameter=_parameter(fields, outer, message),
        headers={str(key).lower(): str(value) for key, value in as_dict(metadata.get("headers")).items()},
        fields=fields,
    )


def rate_headers(body: bytes) -> Mapping[str, str]:
    """The rate-limit headers that OpenRouter repeats in the body, names in lower case."""
    return read_body(body).headers


def _message(fields: Mapping[str, Any], error: Any, outer: Mapping[str, Any], payload: Any) -> str:
    text = as_str(fields.get("message")) or as_str(error) or as_str(outer.get("message")) or _detail_text(outer)
    raw = as_str(as_dict(fields.get("metadata")).get("raw"))
    if text and raw:  # OpenRouter's "Provider returned error" is worth little without what the provider said
        text = f"{text}: {raw}"
    return _one_line(text or ("" if payload is None else str(payload)))


def _detail(outer: Mapping[str, Any]) -> Any:
    """FastAPI's `detail`; Mistral also puts it, or the object that holds it, in `message`."""
    message = outer.get("message")
    return outer.get("detail") or as_dict(message).get("detail") or as_list(message)


def _detail_text(outer: Mapping[str, Any]) -> str | None:
    detail = _detail(outer)
    if isinstance(detail, list):
        return "; ".join(text for item in detail if (text := as_str(as_dict(item).get("msg")))) or None
    return as_str(detail)


def _one_line(text: str) -> str:
    return as_name(text[:READ_LENGTH], READ_LENGTH) or ""


def _words(fields: Mapping[str, Any], metadata: Mapping[str, Any]) -> Iterator[str]:
    availability = as_dict(fields.get("availability"))
    details = fields.get("details")
    named = [
        fields.get("code"),
        availability.get("code"),
        metadata.get("error_type"),
        fields.get("error_type"),
        metadata.get("limit_source"),
        as_dict(details).get("error_code"),
        *_detail_words(details),
        fields.get("type"),
        fields.get("status"),
    ]
    for word in named:
        if isinstance(word, str) and word:
            yield word.lower()


def _detail_words(details: Any) -> Iterator[Any]:
    """Gemini: ErrorInfo.reason and QuotaFailure.violations[].quotaId."""
    for detail in as_list(details):
        yield as_dict(detail).get("reason")
        for violation in as_list(as_dict(detail).get("violations")):
            yield as_dict(violation).get("quotaId")


def _status(fields: Mapping[str, Any]) -> int | None:
    for name in ("code", "http_status", "status_code"):
        number = as_int(fields.get(name))
        if number is not None and 400 <= number < 600:
            return number
    return None


def _parameter(fields: Mapping[str, Any], outer: Mapping[str, Any], message: str) -> str | None:
    name = as_str(fields.get("param")) or _located(_detail(outer))
    if name is not None:
        return name
    match = _NAMED_IN_TEXT.search(message)
    if match is None and fields.get("type") == "invalid_request_error":
        match = _PATH_IN_TEXT.match(message)
    found = next((group.rstrip(".") for group in match.groups() if group), "") if match else ""
    return found[:1].lower() + found[1:] or None  # it may have begun a sentence


def _located(detail: Any) -> str | None:
    """FastAPI: `detail[].loc` is a path such as ["body", "temperature"]."""
    for item in as_list(detail):
        path = [step for step in as_list(as_dict(item).get("loc")) if isinstance(step, str) and step != "body"]
        if path:
            return path[0]
    return None
