"""What the playground says about an answer, as short lines: waiting, live counts, settled counts, failures."""

from collections.abc import Iterable, Sequence

from textual.content import Content

from modeldeck.domain.errors import ErrorKind, Failure
from modeldeck.domain.run import Answer, AttemptFailed, UsageUpdated
from modeldeck.domain.selection import Selection
from modeldeck.domain.task import Mode
from modeldeck.domain.usage import AttemptStatus, Usage
from modeldeck.tui.advice import NOTHING_YET
from modeldeck.tui.format import ABOUT, clean, cost, milliseconds, rate, seconds, short_id, tokens
from modeldeck.tui.hints import KeyOf, with_bold_keys, with_keys
from modeldeck.tui.widgets.tones import ACCENT, BAD, DIM, WARN

_DOT = " · "

FAILURE_WORDS = {
    ErrorKind.AUTH: "the key is missing or wrong",
    ErrorKind.CREDIT: "no credit left",
    ErrorKind.FORBIDDEN: "refused by the provider",
    ErrorKind.NOT_FOUND: "the model is not there",
    ErrorKind.CONTEXT: "the input is too long for it",
    ErrorKind.PARAMETER: "the request was not accepted",
    ErrorKind.RATE_MINUTE: "its limit per minute is reached",
    ErrorKind.RATE_DAY: "its limit for today is used up",
    ErrorKind.OVERLOADED: "overloaded",
    ErrorKind.UNREACHABLE: "no connection",
    ErrorKind.TIMEOUT: "took too long",
    ErrorKind.MALFORMED: "sent something that is no answer",
    ErrorKind.BROKEN_STREAM: "the answer broke off",
    ErrorKind.EMPTY: "answered without any text",
}
_RETRY = "{playground.retry|r}"
_CUT_OFF = frozenset({"length", "max_tokens", "model_length", "MAX_TOKENS"})
_FILTERED = frozenset({"content_filter", "refusal", "SAFETY", "PROHIBITED_CONTENT", "RECITATION", "BLOCKLIST"})
_COMPLETE = frozenset({None, "", "stop", "end_turn", "stop_sequence", "eos", "STOP", "completed"})


_WELCOME = (
    ("prompt.send", "enter", "sends what you type below"),
    ("playground.dry-run", "ctrl+g", "pick and cost, before sending"),
    ("app.switch", "ctrl+l", "another model"),
    ("app.mode", "F4", "manual, auto or hybrid"),
    ("prompt.newline", "ctrl+j", "new line; up: earlier prompts"),
    ("playground.stop", "esc", "stops, then leaves the prompt"),
)
"""Binding ids with their usual keys, and what they do: short enough for the narrowest pane."""


def heading(model: str) -> Content:
    """`deepseek-r1:free · openrouter`."""
    name, provider = short_id(model)
    return Content.assemble((name, f"bold {ACCENT}"), (f"{_DOT}{provider}", DIM))


def welcome(advice: str | None, keys: KeyOf) -> Content:
    """What an empty conversation says: the keys that come next, below the `advice` while no model can be asked."""
    named = [(keys(name, usual), text) for name, usual, text in _WELCOME]
    width = max(len(key) for key, _ in named)
    lines = [Content.assemble((f"{key:<{width}}", "bold"), (f"  {text}", DIM)) for key, text in named]
    if advice is not None:
        again = with_keys("{app.refresh|F5} looks again.", keys)
        lines = [Content.styled(f"{NOTHING_YET}. {advice} {again}", WARN), Content(""), *lines]
    return Content("\n").join(lines)


def waiting(model: str | None, elapsed_s: float, keys: KeyOf) -> Content:
    """What the run waits for, and for how long."""
    what = "choosing a model…" if model is None else f"waiting for {short_id(model)[0]}…"
    return Content.styled(f"{what} {elapsed_s:.0f} s{_DOT}{keys('playground.stop', 'esc')} stops", DIM)


def live(update: UsageUpdated) -> Content:
    """Counts while the answer arrives; everything here is an estimate until the provider has counted."""
    parts = [
        f"{'' if update.usage.reported else ABOUT}{tokens(update.usage.output_tokens)} tok",
        cost(update.cost),
        *_speed(update.ttft_ms, update.tokens_per_second),
    ]
    return Content.styled(_DOT.join(parts), DIM)


def settled(answer: Answer) -> Content:
    """Counts of a finished answer, and why it ended where that is not simply its end."""
    counts = [*_tokens(answer.usage), cost(answer.cost), *_speed(answer.ttft_ms, answer.tokens_per_second)]
    if len(answer.attempts) > 1:
        counts.append(f"{len(answer.attempts)} attempts")
    line = Content.styled(_DOT.join(counts), DIM)
    ending = _ending(answer.finish_reason)
    return line if ending is None else Content("\n").join([line, Content.styled(ending, WARN)])


def stopped(last: UsageUpdated | None) -> Content:
    """The person stopped the run; what arrived stays and counts."""
    counts = "" if last is None else f"{_DOT}{live(last).plain}"
    return Content.styled(f"stopped{counts}", WARN)


def attempt(event: AttemptFailed) -> Content:
    """One failed attempt in one line: which model, what happened, what is tried next."""
    name, provider = short_id(event.model)
    wait = f" in {seconds(event.wait_s)}" if event.wait_s else ""
    if event.next == event.model:
        then = f", again{wait}"
    else:
        then = "" if event.next is None else f", next {short_id(event.next)[0]}{wait}"
    return Content.styled(f"✗ {name}{_DOT}{provider}: {failure(event.failure)}{then}", DIM)


def failure(found: Failure) -> str:
    """What went wrong, with the HTTP status where there was one."""
    status = "" if found.status is None else f" ({found.status})"
    return f"{FAILURE_WORDS[found.kind]}{status}"


def failed(answer: Answer, retry_model: str | None, keys: KeyOf) -> Content:
    """The block below an answer that failed: what, where, the provider's words, what was tried, one key to go on."""
    name, provider = short_id(answer.model)
    what = "stopped" if answer.failure is None else failure(answer.failure)
    lines = [Content.styled(f"✗ {name}{_DOT}{provider}: {what}", BAD)]
    if answer.failure is not None and answer.failure.message:
        lines.append(Content.styled(clean(answer.failure.message), DIM))
    tried = _names(entry.model for entry in answer.attempts if entry.status is AttemptStatus.FAILED)
    if len(answer.attempts) > 1:
        lines.append(Content.styled(f"tried {tried}", DIM))
    if answer.text:
        lines.append(Content.styled("the part that arrived is kept and counted", DIM))
    lines.append(_retry_hint(retry_model, keys))
    return Content("\n").join(lines)


def refused(message: str, hint: str | None, keys: KeyOf) -> Content:
    """A run that never began, or ended outside of any attempt."""
    lines = [Content.styled(f"✗ {clean(message)}", BAD)]
    if hint:
        lines.append(Content.styled(clean(hint), DIM))
    again = with_bold_keys(f"{_RETRY} tries again", keys, DIM)
    return Content("\n").join([*lines, again])


def _retry_hint(model: str | None, keys: KeyOf) -> Content:
    """The key that tries elsewhere: with this model, or with whichever the engine finds."""
    where = "tries another model" if model is None else f"tries {short_id(model)[0]}{_DOT}{short_id(model)[1]}"
    return Content.assemble(with_bold_keys(_RETRY, keys), (f" {where}", DIM))


def thinking(elapsed_s: float, keys: KeyOf, *, live: bool, expanded: bool) -> Content:
    """The title above a model's thinking."""
    if live:
        return Content.styled(f"thinking {elapsed_s:.0f} s", f"italic {DIM}")
    key = f"{keys('playground.thinking', 't')} {'hides' if expanded else 'shows'} it"
    mark = "▾" if expanded else "▸"
    return Content.styled(f"{mark} thinking {seconds(elapsed_s)}{_DOT}{key}", f"italic {DIM}")


def why(selection: Selection) -> Content:
    """The line below the transcript: the reason of the pick; empty where the person named the model."""
    if selection.mode is Mode.MANUAL:
        return Content("")
    reason = selection.reason
    shown = (selection.model, *selection.fallback_chain, *(candidate.model for candidate in selection.candidates))
    for model in sorted(set(shown), key=len, reverse=True):
        reason = reason.replace(model, short_id(model)[0])
    return Content.assemble(("why: ", "bold"), clean(reason)).stylize_before(DIM)


def following(models: Sequence[str]) -> Content:
    """Who would be tried next; empty when nobody."""
    return Content.assemble(("next: ", "bold"), _names(models)).stylize_before(DIM) if models else Content("")


def _names(models: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(short_id(model)[0] for model in models))


def _tokens(usage: Usage) -> list[str]:
    about = "" if usage.reported else ABOUT
    thought = f" ({tokens(usage.reasoning_tokens)} thinking)" if usage.reasoning_tokens else ""
    return [f"{about}{tokens(usage.input_tokens)} in", f"{about}{tokens(usage.output_tokens)} out{thought}"]


def _speed(ttft_ms: float | None, tokens_per_second: float | None) -> list[str]:
    first = [] if ttft_ms is None else [f"{milliseconds(ttft_ms)} to first"]
    return first if tokens_per_second is None else [*first, f"{rate(tokens_per_second)} tok/s"]


def _ending(reason: str | None) -> str | None:
    if reason in _COMPLETE:
        return None
    if reason in _CUT_OFF:
        return "cut off: the limit of output tokens is reached"
    if reason in _FILTERED:
        return "withheld: the provider's content filter stepped in"
    return f"ended: {clean(reason or '')}"
