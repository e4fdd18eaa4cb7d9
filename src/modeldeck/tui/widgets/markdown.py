"""Markdown from a model, block by block, as rich renderables that cannot smuggle links, pictures or HTML out."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from io import StringIO
from itertools import pairwise, zip_longest
from typing import ClassVar, Final

from markdown_it import MarkdownIt
from markdown_it.token import Token
from rich.box import SIMPLE
from rich.console import Console, ConsoleOptions, JustifyMethod, RenderResult
from rich.markdown import CodeBlock, Heading, Markdown, MarkdownElement, TableElement, TableRowElement
from rich.measure import Measurement
from rich.padding import Padding
from rich.segment import Segment
from rich.style import Style
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Span, Text
from rich.theme import Theme
from textual.strip import Strip

from modeldeck.tui.widgets.code_wrap import wrap_code

# `html` off: tags in an answer are text to be read, not markup to be dropped.
_PARSER: Final = MarkdownIt("commonmark", {"html": False}).enable("strikethrough").enable("table")
_LINK_TAG = "link"
_FENCE_LINES = 20
_LONG_LIST = 1500
_MIN_WIDTH = 8
_CODE_INDENT = 1
_MARKS = ("`", "**")
_COLUMN_GAP = 2


def parse(source: str) -> list[Token]:
    """The tokens of a Markdown text; raw HTML stays text."""
    return _PARSER.parse(source)


class AnswerMarkdown(Markdown):
    """One Markdown text without hyperlinks: a link shows its target in brackets, a picture its description."""

    elements: ClassVar[dict[str, type[MarkdownElement]]] = {}

    def __init__(self, source: str, code_theme: str) -> None:
        # rich's own constructor would parse a second time, with HTML switched on.
        self.inlines = {*Markdown.inlines, _LINK_TAG}
        self.markup = source
        self.parsed = [_harmless(token) for token in parse(source)]
        self.code_theme = code_theme
        self.justify: JustifyMethod | None = "left"
        self.style: str | Style = "none"
        self.hyperlinks = False
        self.inline_code_lexer = None
        self.inline_code_theme = code_theme


class _Heading(Heading):
    """A heading at the left edge, where a narrow pane has room for it."""

    LEVEL_ALIGN: ClassVar[dict[str, JustifyMethod]] = {}


class _CodeBlock(CodeBlock):
    """Code in the theme's colours on the pane's own ground, one cell in."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        # Syntax as a renderable lays out every line by itself; painting its Text is several times cheaper.
        code = Syntax("", self.lexer_name, theme=self.theme, background_color="default").highlight(str(self.text))
        code.rstrip()
        code.spans = [Span(start, end, _bare(style)) for start, end, style in code.spans]
        code.style = ""
        wrapped = wrap_code(code, options.max_width - _CODE_INDENT)
        wrapped.overflow, wrapped.no_wrap = "fold", False  # what still does not fit: a wide letter in no room
        yield Padding(wrapped, (0, 0, 0, _CODE_INDENT))


@lru_cache(maxsize=256)
def _bare(style: str | Style) -> Style:
    """A token's style without the ground that Pygments gives it."""
    if isinstance(style, str):
        return Style.null()
    return Style(color=style.color, bold=style.bold, italic=style.italic, underline=style.underline)


class _Table(TableElement):
    """A table while it fits; otherwise one `heading: value` line per cell, so that no word is broken."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        table = Table(box=SIMPLE, pad_edge=False, style="markdown.table.border", collapse_padding=True)
        headings = [cell.content for cell in self.header.row.cells] if self.header and self.header.row else []
        rows = [[cell.content for cell in row.cells] for row in self._rows()]
        for heading in headings:
            table.add_column(Text.assemble(heading, style="markdown.table.header"))
        for row in rows:
            table.add_row(*row)
        if _least_width(console, options, [headings, *rows]) <= options.max_width:
            yield table
        else:
            yield from _stacked(headings, rows)

    def _rows(self) -> list[TableRowElement]:
        return self.body.rows if self.body else []


def _least_width(console: Console, options: ConsoleOptions, rows: list[list[Text]]) -> int:
    """The width below which a table would have to break words."""
    columns = zip_longest(*rows, fillvalue=Text(""))
    words = [max(Measurement.get(console, options, cell).minimum for cell in column) for column in columns]
    return sum(words) + _COLUMN_GAP * len(words)


def _stacked(headings: list[Text], rows: list[list[Text]]) -> Iterator[Text]:
    for number, row in enumerate(rows):
        if number:
            yield Text("")
        for heading, cell in zip(headings, row, strict=False):
            yield Text.assemble((heading.plain, "markdown.table.header"), ": ", cell)


AnswerMarkdown.elements = {
    **Markdown.elements,
    "heading_open": _Heading,
    "fence": _CodeBlock,
    "code_block": _CodeBlock,
    "table_open": _Table,
}


def _harmless(token: Token) -> Token:
    if token.children:
        token.children = list(_harmless_inline(token.children))
    return token


def _harmless_inline(tokens: Iterable[Token]) -> Iterator[Token]:
    """Replace links by underlined text with the target behind it, and pictures by what they show."""
    href, shown = "", ""
    for token in tokens:
        if token.type == "image":
            yield _text(f"[image: {token.content or 'no description'}] ({token.attrs.get('src', '')})")
        elif token.type == "link_open":
            href, shown = str(token.attrs.get("href", "")), ""
            yield Token("target_open", _LINK_TAG, 1)
        elif token.type == "link_close":
            yield Token("target_close", _LINK_TAG, -1)
            if href.removeprefix("mailto:") != shown:
                yield _text(f" ({href})")
        else:
            shown += token.content
            yield token


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)


class MarkdownLook:
    """How Markdown is painted: a console with the theme's styles, and the colours of code blocks.

    `styles` maps rich's `markdown.*` names to styles; `code_theme` is a Pygments style, or `ansi_dark`/`ansi_light`.
    """

    def __init__(self, styles: dict[str, Style], code_theme: str) -> None:
        self.code_theme = code_theme
        self._console = Console(
            file=StringIO(), theme=Theme(styles), color_system="truecolor", force_terminal=True, legacy_windows=False
        )

    def strips(self, source: str, width: int) -> list[Strip]:
        """The lines of a Markdown text, each at most `width` cells wide."""
        width = max(_MIN_WIDTH, width)
        options = self._console.options.update(width=width, height=None)
        lines = self._console.render_lines(AnswerMarkdown(source, self.code_theme), options, pad=False)
        strips = [Strip(Segment.simplify(line)) for line in lines]
        filled = [index for index, strip in enumerate(strips) if strip.text.strip()]
        strips = strips[filled[0] : filled[-1] + 1] if filled else []
        return [strip if strip.cell_length <= width else strip.crop(0, width) for strip in strips]


# Splitting a growing text ---------------------------------------------------------------------------------------------


def split_finished(source: str) -> tuple[list[str], str, bool]:
    """Divide a growing Markdown text into blocks that no further text can change, and the rest.

    The last value is True when the rest continues the last block (a long list or code block cut in two), so that
    no blank line belongs between them. Cutting keeps the work per new word small in long blocks.
    """
    tokens = [token for token in parse(source) if token.level == 0 and token.map is not None]
    starts = [token.map[0] for token in tokens if token.map is not None]
    lines = _lines(source)
    if not starts:
        return [], source, False
    finished = ["".join(lines[start:end]) for start, end in pairwise(starts)]
    rest = "".join(lines[starts[-1] :])
    head, rest = _cut(tokens[-1], rest)
    if head:
        return [*finished, head], rest, True
    return finished, rest, False


def _lines(source: str) -> list[str]:
    """The lines as the parser counts them: markdown-it ends one at LF, CR or both (its rules_core/normalize)."""
    return re.findall(r"[^\r\n]*(?:\r\n?|\n)|[^\r\n]+", source)


def _cut(token: Token, block: str) -> tuple[str, str]:
    """Cut a long unfinished block into a complete first part and a rest; no first part when it cannot be cut."""
    if token.type == "fence":
        return _cut_fence(token, block)
    if token.type in ("bullet_list_open", "ordered_list_open") and len(block) > _LONG_LIST:
        return _cut_list(token, block)
    return "", block


def _cut_fence(token: Token, block: str) -> tuple[str, str]:
    lines = _lines(block)
    at = 1 + (len(lines) - 2) // _FENCE_LINES * _FENCE_LINES
    if at <= 1:
        return "", block
    return f"{''.join(lines[:at])}{token.markup}\n", f"{lines[0]}{''.join(lines[at:])}"


def _cut_list(token: Token, block: str) -> tuple[str, str]:
    """Cut before the last item, which keeps the number that it has on the screen."""
    items = [item for item in parse(block) if item.level == 1 and item.type == "list_item_open" and item.map]
    if len(items) < 2 or items[-1].map is None:
        return "", block
    lines = _lines(block)
    at = items[-1].map[0]
    if token.type == "ordered_list_open":
        lines[at] = re.sub(r"\d+", str(int(items[0].info) + len(items) - 1), lines[at], count=1)
    return "".join(lines[:at]), "".join(lines[at:])


def close_marks(tail: str) -> str:
    """A growing text with the bold or code that is open at its end closed, as it will look when the end has come.

    A mark that nothing follows yet is left out. Text without such a mark stays as it is.
    """
    for mark in _MARKS:
        start, found, opened = tail.rpartition(mark)
        if not found or "\n\n" in opened:
            continue
        text = opened.rstrip(" \n*`")
        closed = f"{start}{mark}{text}{mark}" if text else start.rstrip(" ")
        if _is_open(tail, mark) and not _is_open(closed, mark):
            return closed
    return tail


def _is_open(source: str, mark: str) -> bool:
    """Whether the mark is still letters of the last block's text, and not the start or end of a style."""
    last = next((token for token in reversed(parse(source)) if token.type in ("inline", "fence", "code_block")), None)
    children = last.children if last is not None and last.type == "inline" else None
    return any(mark in child.content for child in children or () if child.type == "text")
