"""A run as a terminal shows it: answer text on stdout as it comes, everything else on stderr."""

from modeldeck.cli import numbers
from modeldeck.cli.output import Output
from modeldeck.cli.stream_filter import StreamFilter
from modeldeck.cli.text import block, line
from modeldeck.domain.run import (
    Answer,
    AttemptFailed,
    AttemptStarted,
    Event,
    Finished,
    ReasoningDelta,
    Selected,
    TextDelta,
    UsageUpdated,
)


class LiveRun:
    """Shows the events of one run.

    Args:
        output: where things are said; with JSON no text is shown.
        streaming: show text as it comes, else when the run is over.
        thinking: show reasoning text on stderr.
    """

    def __init__(self, output: Output, *, streaming: bool, thinking: bool) -> None:
        self._output = output
        self._streaming = streaming and not output.as_json
        self._show_thinking = thinking and not output.as_json
        self._answer: Answer | None = None
        self._pieces: list[str] = []
        self._filter = StreamFilter()
        self._thoughts = StreamFilter()
        self._thinking_open = False
        self._line_open = False
        self._model = ""
        self._last: UsageUpdated | None = None
        self.run: str | None = None

    @property
    def text(self) -> str:
        """The answer text that arrived, as it came."""
        return "".join(self._pieces)

    @property
    def answer(self) -> Answer:
        """What the run came to; only after its Finished event."""
        if self._answer is None:
            raise RuntimeError("the run ended without a result")
        return self._answer

    def on(self, event: Event) -> None:
        """Show one event. Raises ReaderGoneError when nobody reads stdout any more."""
        self.run = event.run
        match event:
            case Selected(selection=selection):
                if self._show_thinking:
                    self._output.note(f"{selection.model}: {selection.reason}", dim=True)
            case AttemptStarted(model=model):
                self._model = model
            case TextDelta(text=text):
                self._on_text(text)
            case ReasoningDelta(text=text):
                self._on_thinking(text)
            case UsageUpdated():
                self._last = event
            case AttemptFailed():
                self._on_failure(event)
            case Finished(answer=answer):
                self._answer = answer

    def finish(self) -> None:
        """Close the open line, show what was held back, and say tokens, cost and speed on stderr."""
        self._close_thinking()
        if not self._streaming and not self._output.as_json:
            self._show(block(self.text))
        self._show(self._filter.close())
        if self._line_open:
            self._output.write("\n")
            self._line_open = False
        if self._last is not None:
            self._output.note(_summary(self._model, self._last, self._answer), dim=True)

    def _on_text(self, text: str) -> None:
        self._pieces.append(text)
        if self._streaming:
            self._close_thinking()
            self._show(self._filter.feed(text))

    def _show(self, safe: str) -> None:
        if safe:
            self._output.write(safe)
            self._line_open = not safe.endswith("\n")

    def _on_thinking(self, text: str) -> None:
        if not self._show_thinking:
            return
        safe = self._thoughts.feed(text)
        self._output.note_raw(safe if self._thinking_open else self._output.dim_marks[0] + safe)
        self._thinking_open = True

    def _close_thinking(self) -> None:
        if self._thinking_open:
            self._output.note_raw(self._output.dim_marks[1] + "\n")
            self._thinking_open = False

    def _on_failure(self, event: AttemptFailed) -> None:
        self._close_thinking()
        if event.next is None:
            return  # the end of the run is reported with its hint
        wait = f" in {event.wait_s:.0f} s" if event.wait_s >= 1 else ""
        again = "again" if event.next == event.model else event.next
        self._output.note(f"{event.model} failed: {line(event.failure.message)}; trying {again}{wait}")


def _summary(model: str, last: UsageUpdated, answer: Answer | None) -> str:
    usage = last.usage
    parts = [
        model,
        f"{numbers.tokens(usage.input_tokens)} in, {numbers.tokens(usage.output_tokens)} out",
        numbers.cost(last.cost),
    ]
    if last.ttft_ms is not None:
        parts.append(f"{numbers.milliseconds(last.ttft_ms)} to first text")
    if last.tokens_per_second is not None:
        parts.append(numbers.rate(last.tokens_per_second))
    if answer is not None and len(answer.attempts) > 1:
        parts.append(f"{len(answer.attempts)} attempts")
    return " · ".join(parts)
