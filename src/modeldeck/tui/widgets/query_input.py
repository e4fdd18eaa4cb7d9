"""A one-line input that does not lay out the whole screen on every letter."""

from textual.widgets import Input

LONGEST_QUERY = 100


class QueryInput(Input):
    """An Input for short queries.

    Textual's Input sets its virtual size to the text's width on every change, which lays out the screen again; with a
    constant width nothing around it can change, so that a key press costs only the lines that it repaints.
    """

    def __init__(self, placeholder: str, *, id: str | None = None) -> None:
        super().__init__(placeholder=placeholder, id=id, compact=True, max_length=LONGEST_QUERY)

    @property
    def content_width(self) -> int:
        """The widest text there can be, and the cursor after it."""
        return LONGEST_QUERY + 1
