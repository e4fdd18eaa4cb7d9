"""The one place that turns text from outside into something the screen may show, and numbers into short words.

Model names, answers, error bodies and prompts are not ours: they are never read as markup and never reach the
terminal with a control character in them.
"""

import re
import unicodedata
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from textual.content import Content

from modeldeck.domain.pricing import MILLION, ZERO, Cost, CostStatus

UNKNOWN = "—"
ABOUT = "≈"

_LINE_BREAKS = dict.fromkeys((0x0B, 0x0C, 0x85, 0x2028, 0x2029), "\n")
_INVISIBLE = dict.fromkeys(
    [
        *range(0x00, 0x09),  # C0 but tab and newline
        *range(0x0E, 0x20),
        *range(0x7F, 0x85),  # DEL, C1 but next line
        *range(0x86, 0xA0),
        0xAD,  # soft hyphen: terminals disagree about its width
        0x61C,  # bidi marks, embeddings, overrides, isolates: they reorder what stands beside them
        *range(0x200E, 0x2010),
        *range(0x202A, 0x202F),
        *range(0x2060, 0x2070),
        0x200B,  # zero-width spaces
        0xFEFF,
        *range(0xFE00, 0xFE10),  # variation selectors make an emoji's width unsure
        *range(0xFFF9, 0xFFFC),
        *range(0xE0000, 0xE0080),  # invisible tag letters
    ]
)
_BLOCK_TABLE = {**_INVISIBLE, **_LINE_BREAKS, 0x0D: None, 0x09: "    "}
_LINE_TABLE = {**_BLOCK_TABLE, **dict.fromkeys((0x09, 0x0A, 0x0D, *_LINE_BREAKS), " ")}
# Compiled by `re` when first used: most texts need none of them.
_LONE_SURROGATES = "[\ud800-\udfff]"
_JOINERS = "[\u200c\u200d]+"
_MARKS = "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]"
_MARK_FLOOD = f"({_MARKS}{{4}}){_MARKS}+"  # stacked marks paint over the lines around them


def clean(text: str) -> str:
    """One line of text from outside: no control character, line breaks and tabs become single spaces."""
    if text.isascii() and text.isprintable():
        return text
    return _sane(text.translate(_LINE_TABLE))


def clean_block(text: str) -> str:
    """Text of several lines from outside: newlines stay, tabs become four spaces, other control characters go."""
    if text.isascii() and text.isprintable():
        return text
    return _sane(text.replace("\r\n", "\n").translate(_BLOCK_TABLE))


def plain(text: str, style: str = "") -> Content:
    """One line from outside as Content that is never parsed as markup."""
    return Content.styled(clean(text), style) if style else Content(clean(text))


def plain_block(text: str) -> Content:
    """Several lines from outside as Content that is never parsed as markup."""
    return Content(clean_block(text))


def _sane(text: str) -> str:
    if text.isascii():
        return text
    text = re.sub(_JOINERS, _joiner, re.sub(_LONE_SURROGATES, "\ufffd", text))
    return re.sub(_MARK_FLOOD, r"\1", text)


def _joiner(match: re.Match[str]) -> str:
    """Keep one joiner between letters, where scripts need it; an emoji sequence falls apart into plain emoji."""
    text, start, end = match.string, match.start(), match.end()
    around = text[start - 1 : start] + text[end : end + 1]
    joins_letters = len(around) == 2 and all(unicodedata.category(char)[0] in "LM" for char in around)
    return match.group()[0] if joins_letters else ""


# money --------------------------------------------------------------------------------------------------------------


def money(usd: Decimal | None, *, estimated: bool = False) -> str:
    """An amount in USD: `$3.10`, `$0.0123`, `$0.0000042`, `≈$0.0123`; None is `—`. Never `$0.00` for a real cost."""
    if usd is None:
        return UNKNOWN
    sign = "-" if usd < 0 else ""
    return f"{ABOUT if estimated else ''}{sign}${_amount(abs(usd))}"


def cost(amount: Cost) -> str:
    """A cost with the mark of its status: `≈` while estimated, `—` when nothing is known of it."""
    return money(amount.usd, estimated=amount.status in (CostStatus.ESTIMATED, CostStatus.UNKNOWN))


def price(per_token: Decimal | None) -> str:
    """A price in USD per token as USD per million tokens: `0`, `0.25`, `5.00`, `150`; None is `—`."""
    if per_token is None:
        return UNKNOWN
    million = per_token * MILLION
    if not million:
        return "0"
    if million >= 100:
        return f"{_rounded(million, 0):f}"
    if million >= 1 or million == _rounded(million, 2):
        return f"{_rounded(million, 2):f}"
    if million < Decimal("0.0001"):
        return "<.0001"
    return f"{_rounded(million, 4):f}".rstrip("0").rstrip(".")


def _amount(usd: Decimal) -> str:
    if not usd:
        return "0"
    if usd >= Decimal("0.99995"):
        return f"{_rounded(usd, 2):f}"
    if usd >= Decimal("0.001"):
        return f"{_rounded(usd, 4):f}"
    if usd < Decimal("1e-9"):
        return "0.000000001"  # the ledger's smallest unit
    return f"{_rounded(usd, 1 - usd.adjusted()):f}".rstrip("0")


def _rounded(value: Decimal, places: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


# counts, shares, sizes -----------------------------------------------------------------------------------------------


def tokens(count: int | None) -> str:
    """A number of tokens: `312`, `1.2k`, `45k`, `1.2M`; None is `—`."""
    if count is None:
        return UNKNOWN
    if count < 1_000:
        return str(count)
    unit, value = ("k", count / 1_000) if count < 999_500 else ("M", count / 1_000_000)
    return f"{value:.1f}{unit}" if value < 9.95 else f"{value:.0f}{unit}"


def context(count: int | None) -> str:
    """A context window in tokens: `8k`, `164k`, `1M`, `1.05M`; None is `—`."""
    if count is None:
        return UNKNOWN
    if count >= 999_500:
        return f"{count / 1_000_000:.2f}".rstrip("0").rstrip(".") + "M"
    return f"{count / 1000:.0f}k" if count >= 1000 else str(count)


def score(value: float | None) -> str:
    """A score 0..1 in three places: `.81`, `1.0`; None is `—`."""
    if value is None:
        return UNKNOWN
    text = f"{value:.2f}"
    return text[1:] if text.startswith("0") else text[:3]


def share(value: float | None) -> str:
    """A share 0..1 as a whole percentage: `84 %`; None is `—`."""
    return UNKNOWN if value is None else f"{value * 100:.0f} %"


def size(count: int | None) -> str:
    """Bytes as GB (10^9), or MB below one: `5.1 GB`, `640 MB`; None is `—`."""
    if count is None:
        return UNKNOWN
    if count < 1_000_000_000:
        return f"{count / 1_000_000:.0f} MB"
    value = count / 1_000_000_000
    return f"{value:.1f} GB" if value < 99.95 else f"{value:.0f} GB"


def rate(tokens_per_second: float | None) -> str:
    """Tokens per second without the unit: `61`, `4.2`; None is `—`."""
    if tokens_per_second is None:
        return UNKNOWN
    return f"{tokens_per_second:.0f}" if tokens_per_second >= 9.95 else f"{tokens_per_second:.1f}"


def meter(share_used: float | None, width: int) -> str:
    """A bar of `width` cells filled by a share 0..1: `▰▰▱▱▱▱▱▱`; anything used shows at least one cell."""
    used = min(1.0, max(0.0, share_used or 0.0))
    full = min(width, max(1 if used > 0 else 0, round(used * width)))
    return "▰" * full + "▱" * (width - full)


def budget_used(spent: Decimal, limit: Decimal | None) -> float | None:
    """The share of a limit that is spent; None without a limit. A limit of zero counts as used up."""
    if limit is None:
        return None
    return float(spent / limit) if limit > ZERO else 1.0


# times --------------------------------------------------------------------------------------------------------------


def seconds(value: float | None) -> str:
    """A short wait: `0.8 s`, `43 s`, `2 min`, `14 h 12 m`; None is `—`."""
    if value is None:
        return UNKNOWN
    if value < 9.95:
        return f"{max(0.0, value):.1f} s"
    return span(timedelta(seconds=value))


def milliseconds(value: float | None) -> str:
    """Milliseconds in the words of `seconds`."""
    return seconds(None if value is None else value / 1000)


def span(delta: timedelta) -> str:
    """A length of time in one or two units: `12 s`, `5 min`, `3 h`, `14 h 12 m`, `9 d`. Negative counts as zero."""
    total = max(0, int(delta.total_seconds()))
    if total < 60:
        return f"{total} s"
    if total < 3600:
        return f"{total // 60} min"
    hours, minutes = total // 3600, total % 3600 // 60
    if hours < 48:
        return f"{hours} h {minutes} m" if minutes and hours >= 10 else f"{hours} h"
    return f"{hours // 24} d"


def age(at: datetime | None, now: datetime) -> str:
    """How old something is: `just now`, `3 h old`; None is `never`."""
    if at is None:
        return "never"
    elapsed = now - at
    return "just now" if elapsed < timedelta(seconds=45) else f"{span(elapsed)} old"


def until(at: datetime | None, now: datetime) -> str:
    """How long until a time: `in 14 h 12 m`, `now`; None is `—`."""
    if at is None:
        return UNKNOWN
    return f"in {span(at - now)}" if at > now else "now"


def short_id(model: str) -> tuple[str, str]:
    """A catalog id as (last part of the name, provider), both clean, for narrow places."""
    provider, _, native = clean(model).partition("/")
    return (native.rsplit("/", 1)[-1] or provider), provider
