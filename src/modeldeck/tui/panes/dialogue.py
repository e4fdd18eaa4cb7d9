"""The transcript of the playground: its turns, and the greeting while there are none."""

from textual.timer import Timer

from modeldeck.domain.run import Event
from modeldeck.ports import Clock
from modeldeck.tui.hints import key_of
from modeldeck.tui.panes import answer_lines
from modeldeck.tui.panes.turn import Turn
from modeldeck.tui.widgets.blocks import TextPart
from modeldeck.tui.widgets.transcript import Transcript

_TICK_S = 1.0


class Dialogue(Transcript):
    """Turns below each other; at most the last one is still running. Seconds tick only while it waits."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock
        self._turns: list[Turn] = []
        self._thoughts_shown = False
        self._greeting: TextPart | None = None
        self._ticker: Timer | None = None

    @property
    def last(self) -> Turn | None:
        """The newest turn."""
        return self._turns[-1] if self._turns else None

    @property
    def running(self) -> bool:
        """Whether an answer is still arriving."""
        return self.last is not None and not self.last.done

    @property
    def last_answer(self) -> str | None:
        """The newest text that a model gave."""
        return next((turn.text for turn in reversed(self._turns) if turn.text), None)

    def greet(self, advice: str | None) -> None:
        """Show what to do, `advice` first while no model can be asked; an earlier conversation is forgotten."""
        self._turns.clear()
        self._greeting = TextPart(answer_lines.welcome(advice, key_of(self)))
        self.clear()
        self.add(self._greeting)

    def change_greeting(self, advice: str | None) -> None:
        """What can be asked, or by which keys, has changed; during a conversation that is nobody's concern."""
        if self._greeting is not None:
            self._greeting.update(answer_lines.welcome(advice, key_of(self)))
            self.touch()

    def ask(self, prompt: str, *, retry_with: str | None = None) -> None:
        """Begin a turn."""
        if self._greeting is not None:
            self._greeting = None
            self.clear()
        turn = Turn(prompt, self._now, retry_with=retry_with, keys=key_of(self))
        turn.expand_thought(self._thoughts_shown)
        self._turns.append(turn)
        self.add(*turn.parts)
        self._ticker = self._ticker or self.set_interval(_TICK_S, self._tick)
        self._ticker.resume()

    def take(self, event: Event) -> None:
        """Show what happened in the running turn."""
        if self.last is not None and self.running:
            self.last.handle(event, self._now)
            self._shown_changed()

    def refuse(self, message: str, hint: str | None) -> None:
        """The running turn could not begin, or ended outside of any attempt."""
        if self.last is not None and self.running:
            self.last.refuse(message, hint, self._now)
            self._shown_changed()

    def stop(self) -> None:
        """The person stopped the running turn."""
        if self.last is not None and self.running:
            self.last.stop(self._now)
            self._shown_changed()

    def toggle_thoughts(self) -> None:
        """Open or close the thinking of every turn."""
        self._thoughts_shown = not self._thoughts_shown
        for turn in self._turns:
            turn.expand_thought(self._thoughts_shown)
        self.touch()

    def _tick(self) -> None:
        if self.last is not None and self.running:
            self.last.tick(self._now)
            self.touch()

    def _shown_changed(self) -> None:
        self.touch()
        if self._ticker is not None and not self.running:
            self._ticker.pause()

    @property
    def _now(self) -> float:
        return self._clock.monotonic()
