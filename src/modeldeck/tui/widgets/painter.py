"""How a transcript is painted: the theme's colours for Markdown, thinking and plain text."""

from typing import TYPE_CHECKING, ClassVar, Final

from rich.segment import Segment
from rich.style import Style
from textual.content import Content
from textual.strip import Strip
from textual.visual import Visual
from textual.widget import Widget

if TYPE_CHECKING:
    from modeldeck.tui.widgets.markdown import MarkdownLook

_BAR: Final = "│ "


class ThemePainter:
    """Paints by the component styles of a widget, as they were when `refresh` was last called."""

    COMPONENTS: ClassVar[dict[str, tuple[str, ...]]] = {
        "transcript--heading": tuple(f"markdown.h{level}" for level in range(1, 7)),
        "transcript--code": ("markdown.code",),
        "transcript--link": ("markdown.link",),
        "transcript--quote": ("markdown.block_quote",),
        "transcript--rule": ("markdown.hr", "markdown.table.border", "markdown.item.bullet", "markdown.item.number"),
        "transcript--strong": ("markdown.strong", "markdown.table.header"),
        "transcript--thought": (),
    }

    def __init__(self, widget: Widget) -> None:
        self._widget = widget
        self._styles: dict[str, Style] = {}
        self._code_theme = ""
        self._markdown: MarkdownLook | None = None

    def refresh(self) -> bool:
        """Take the widget's styles as they are now; returns whether they differ from those before."""
        styles = {name: _without_ground(self._widget.get_component_rich_style(name)) for name in self.COMPONENTS}
        code_theme = _code_theme(self._widget)
        if (styles, code_theme) == (self._styles, self._code_theme):
            return False
        self._styles, self._code_theme, self._markdown = styles, code_theme, None
        return True

    def paint_content(self, content: Content, width: int) -> list[Strip]:
        """Styled text, wrapped; no line for empty text."""
        if not content:
            return []
        widget = self._widget
        return Visual.to_strips(widget, content, width, None, widget.visual_style, apply_selection=False)

    def paint_markdown(self, source: str, width: int) -> list[Strip]:
        """An answer's Markdown."""
        if self._markdown is None:
            self._markdown = self._markdown_look()
        return self._markdown.strips(source, width)

    def paint_thought(self, text: str, width: int) -> list[Strip]:
        """A model's thinking, dimmed behind a bar."""
        style = self._styles["transcript--thought"]
        bar = Segment(_BAR, style)
        content = Content(text) if text else Content(" ")
        lines = self.paint_content(content, max(1, width - len(_BAR)))
        return [Strip([bar, Segment(line.text, style)]) for line in lines]

    def _markdown_look(self) -> "MarkdownLook":
        # rich's Markdown and Pygments are 30 ms of imports, needed from the first answer on.
        from modeldeck.tui.widgets.markdown import MarkdownLook

        styles = {name: self._styles[component] for component, names in self.COMPONENTS.items() for name in names}
        return MarkdownLook(styles, self._code_theme)


def _without_ground(style: Style) -> Style:
    return Style(color=style.color, bold=style.bold, italic=style.italic, underline=style.underline, dim=style.dim)


def _code_theme(widget: Widget) -> str:
    theme = widget.app.current_theme
    if widget.app.native_ansi_color:
        return "ansi_dark" if theme.dark else "ansi_light"
    return "monokai" if theme.dark else "xcode"
