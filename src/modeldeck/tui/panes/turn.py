"""One prompt with its answer: turns engine events into the parts of a transcript. Knows no widget but those parts."""

from typing import Final

from textual.content import Content

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
from modeldeck.domain.selection import Selection
from modeldeck.domain.usage import AttemptStatus
from modeldeck.tui.format import clean_block
from modeldeck.tui.hints import KeyOf, usual_key
from modeldeck.tui.panes import answer_lines
from modeldeck.tui.widgets.blocks import MarkdownPart, Part, TextPart, ThoughtPart
from modeldeck.tui.widgets.tones import DIM

_SHOWN_LINES: Final = 12
_SHOWN_CHARACTERS: Final = 1_500


class Turn:
    """Feed it events with `handle` and seconds that never go backwards; put `parts` into a transcript."""

    def __init__(self, prompt: str, now: float, *, retry_with: str | None = None, keys: KeyOf = usual_key) -> None:
        self._keys = keys
        self.prompt = prompt
        self.selection: Selection | None = None
        self.done = False
        self.failed = False
        self._run: str | None = None
        self._tried: list[str] = []
        self._failures: list[Content] = []
        self._began = now
        self._thought_s = 0.0
        self._usage: UsageUpdated | None = None
        self._asked = TextPart(_asked(prompt, retry_with), gap=True)
        self._heading = TextPart(Content(""), gap=True)
        self._attempts = TextPart(Content(""))
        self._thought = ThoughtPart()
        self._answer = MarkdownPart()
        self._status = TextPart(answer_lines.waiting(None, 0, keys), gap=True)

    @property
    def parts(self) -> tuple[Part, ...]:
        """What the transcript shows, from top to bottom."""
        return self._asked, self._heading, self._attempts, self._thought, self._answer, self._status

    @property
    def text(self) -> str:
        """The answer so far."""
        return self._answer.text

    @property
    def waits(self) -> bool:
        """Whether nothing of the answer has arrived yet, so that seconds are worth showing."""
        return not self.done and not self._answer.started

    @property
    def ahead(self) -> list[str]:
        """Models of the chain that were not tried, in order."""
        chain = self.selection.fallback_chain if self.selection is not None else ()
        return [model for model in chain if model not in self._tried]

    @property
    def tried(self) -> tuple[str, ...]:
        """Models that were asked, in order."""
        return tuple(self._tried)

    def handle(self, event: Event, now: float) -> None:
        """Take one engine event; the first one says which run this is, those of other runs are ignored."""
        self._run = self._run or event.run
        if event.run != self._run:
            return
        match event:
            case Selected(selection=selection):
                self.selection = selection
                self._heading.update(answer_lines.heading(selection.model))
                self._status.update(answer_lines.waiting(selection.model, now - self._began, self._keys))
            case AttemptStarted(model=model):
                self._tried.append(model)
                self._heading.update(answer_lines.heading(model))
                self._status.update(answer_lines.waiting(model, now - self._began, self._keys))
            case ReasoningDelta(text=text):
                self._thought.append(clean_block(text))
                self._title_thought(now, live=True)
            case TextDelta(text=text):
                self._begin_answer(now)
                self._answer.append(clean_block(text))
            case UsageUpdated():
                self._usage = event
                if not event.final:
                    self._status.update(answer_lines.live(event))
            case AttemptFailed(next=str()):
                self._failures.append(answer_lines.attempt(event))
                self._attempts.update(Content("\n").join(self._failures))
            case Finished(answer=answer):
                self._finish(answer, now)

    def tick(self, now: float) -> None:
        """Count the seconds while the run waits or thinks."""
        if not self.waits:
            return
        if self._thought.started:
            self._title_thought(now, live=True)
        elif self._usage is None:
            model = self._tried[-1] if self._tried else self.selection.model if self.selection else None
            self._status.update(answer_lines.waiting(model, now - self._began, self._keys))

    def stop(self, now: float) -> None:
        """The person stopped the run."""
        if not self.done:
            self._end(now)
            self._status.update(answer_lines.stopped(self._usage))

    def refuse(self, message: str, hint: str | None, now: float) -> None:
        """The run could not start, or ended outside of any attempt."""
        self._end(now)
        self.failed = True
        self._status.update(answer_lines.refused(message, hint, self._keys))

    def expand_thought(self, expanded: bool) -> None:
        """Show all of the thinking, or only its title."""
        self._thought.expand(expanded)
        if self.done or self._answer.started:
            self._title_thought(self._began + self._thought_s, live=False)

    def _begin_answer(self, now: float) -> None:
        if not self._answer.started:
            self._thought_s = now - self._began
            if self._thought.started:
                self._title_thought(now, live=False)

    def _title_thought(self, now: float, *, live: bool) -> None:
        title = answer_lines.thinking(now - self._began, self._keys, live=live, expanded=self._thought.expanded)
        self._thought.show(title, live=live)

    def _end(self, now: float) -> None:
        self._begin_answer(now)
        self._answer.end()
        self.done = True

    def _finish(self, answer: Answer, now: float) -> None:
        self._end(now)
        self._heading.update(answer_lines.heading(answer.model))
        counts = answer_lines.settled(answer)
        if answer.status is AttemptStatus.SUCCEEDED:
            self._status.update(counts)
        elif answer.status is AttemptStatus.CANCELLED:
            self._status.update(answer_lines.stopped(self._usage))
        else:
            self.failed = True
            what = answer_lines.failed(answer, next(iter(self.ahead), None), self._keys)
            self._status.update(Content("\n").join([what, counts]) if answer.text else what)


def _asked(prompt: str, retry_with: str | None) -> Content:
    """The prompt as the transcript shows it: long ones shortened, a second try not said twice."""
    if retry_with is not None:
        return Content.assemble(("you", "bold"), (" again, with ", DIM), answer_lines.heading(retry_with))
    text = clean_block(prompt)
    shown = "\n".join(text[:_SHOWN_CHARACTERS].split("\n")[:_SHOWN_LINES])
    more = f"\n… {len(text) - len(shown):,} more characters" if len(shown) < len(text) else ""
    return Content.assemble(("you\n", "bold"), shown, (more, DIM))
