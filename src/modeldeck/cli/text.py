"""Text from outside made safe for a terminal, and measured in terminal columns.

Model names, answers, error bodies and prompts are not ours: nothing in them may move the cursor, change colours, set
a title, fill the clipboard or reorder what stands beside them. JSON output needs none of this: it escapes instead.
"""

import re
import unicodedata
from functools import lru_cache

# ECMA-48 sequences, with ESC or with the one-byte C1 form as introducer: CSI, the string sequences (OSC, DCS, SOS, PM,
# APC) up to BEL or ST, and the short forms. What grows longer than these limits without an end is no sequence.
CSI_LIMIT, STRING_LIMIT = 64, 4096
_ESCAPES = (  # compiled by `re` when first used: most texts need none of it
    f"(?:\x1b\\[|\x9b)[0-?]{{0,{CSI_LIMIT}}}[ -/]{{0,8}}[@-~]"
    f"|(?:\x1b[\\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x9c]{{0,{STRING_LIMIT}}}(?:\x07|\x1b\\\\|\x9c)"
    "|\x1b[ -/]{0,8}[0-OQ-WYZ\\\\`-~]"
)

_CONTROLS = dict.fromkeys([*range(0x20), *range(0x7F, 0xA0)])
_REORDERING = dict.fromkeys(  # bidi marks, embeddings, overrides and isolates; also invisible letters that hide text
    [0x61C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF, *range(0xE0000, 0xE0080)]
)
_SURROGATES = "[\ud800-\udfff]"
_BREAKS = (0x0B, 0x0C, 0x85, 0x2028, 0x2029)
_BLOCK = {**_CONTROLS, **_REORDERING, **dict.fromkeys(_BREAKS, "\n"), 0x0A: "\n", 0x09: "\t"}
_LINE = {**_BLOCK, **dict.fromkeys((0x09, 0x0A, 0x0D, *_BREAKS), " ")}


def line(text: str) -> str:
    """One line of outside text: no escape sequence, no control, line breaks and tabs become spaces."""
    if text.isascii() and text.isprintable():
        return text
    return _plain(text).translate(_LINE)


def block(text: str) -> str:
    """Several lines of outside text: newlines and tabs stay, every other control and escape sequence goes."""
    if text.isascii() and text.isprintable():
        return text
    return _plain(text).translate(_BLOCK)


def _plain(text: str) -> str:
    return re.sub(_SURROGATES, "\N{REPLACEMENT CHARACTER}", re.sub(_ESCAPES, "", text))


def width(text: str) -> int:
    """Terminal columns of one line of safe text: wide characters count two, combining marks none."""
    if text.isascii():
        return len(text)
    return sum(map(_columns, text))


def fit(text: str, columns: int) -> str:
    """The text cut to at most `columns`, with `…` as the last character when something was cut."""
    if width(text) <= columns:
        return text
    return _take(text, columns - 1) + "…" if columns > 0 else ""


def fit_middle(text: str, columns: int) -> str:
    """The same, cut in the middle: of an id, the provider in front and the variant at the end say the most."""
    if width(text) <= columns:
        return text
    if columns < 3:
        return fit(text, columns)
    head = _take(text, (columns - 1) // 3)
    tail = _take(text[::-1], columns - 1 - width(head))[::-1]
    return f"{head}…{tail}"


def wrap(text: str, columns: int, indent: str = "") -> str:
    """Safe text broken at spaces into lines of at most `columns`; lines after the first start with `indent`."""
    first, *others = text.split() or [""]
    lines = [first]
    for word in others:
        longer = f"{lines[-1]} {word}"
        if width(longer) <= columns:
            lines[-1] = longer
        else:
            lines.append(indent + word)
    return "\n".join(lines)


def _take(text: str, columns: int) -> str:
    """As many characters from the front as fit."""
    for place, character in enumerate(text):
        columns -= _columns(character)
        if columns < 0:
            return text[:place]
    return text


@lru_cache(maxsize=4_096)  # a table asks thousands of times for the few that stand for what is unknown or cut
def _columns(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1
