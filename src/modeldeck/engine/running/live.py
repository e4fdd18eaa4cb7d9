"""What an answer has used so far, counted from the text that arrived: no timer invents tokens."""

from dataclasses import replace
from decimal import Decimal

from modeldeck.domain.call import UsageChunk
from modeldeck.domain.usage import Usage
from modeldeck.engine.profiling.tokens import LATIN_CHARACTERS, OTHER_CHARACTERS, WIDE_CHARACTERS

END_TOKENS = 1
"""The end of a turn is a token, too; nearly every service counts it."""
LETTERS_JUDGED_FROM = 64
"""Characters from which pieces of a single letter are seen as letters instead of as short tokens."""
FIRST_OTHER = "\u0370"  # Greek, Cyrillic, Arabic and all that follows
FIRST_WIDE = "\u2e80"  # Chinese, Japanese, Korean; emoji come out a little low


class TokenCounter:
    """An estimate of the tokens in text that arrives in pieces.

    Most servers send one piece per token, some send several tokens at once: so the larger of the number of pieces and
    the estimate by characters (as in `engine.tokens`) is taken. A server that sends single letters is not believed.
    """

    __slots__ = ("_latin", "_other", "_pieces", "_wide")

    def __init__(self) -> None:
        self._pieces = 0
        self._latin = 0
        self._other = 0
        self._wide = 0

    def add(self, text: str) -> None:
        """Count one piece; it is not empty."""
        self._pieces += 1
        if text.isascii():
            self._latin += len(text)
            return
        wide = sum(char >= FIRST_WIDE for char in text)
        other = sum(char >= FIRST_OTHER for char in text) - wide
        self._wide += wide
        self._other += other
        self._latin += len(text) - wide - other

    @property
    def tokens(self) -> int:
        by_characters = round(
            self._latin / LATIN_CHARACTERS + self._other / OTHER_CHARACTERS + self._wide / WIDE_CHARACTERS
        )
        characters = self._latin + self._other + self._wide
        letters = characters > LETTERS_JUDGED_FROM and self._latin and characters < 2 * self._pieces
        return by_characters if letters else max(by_characters, self._pieces)


class Meter:
    """Tokens and times of one attempt while it streams. Times are seconds of one monotonic clock.

    Args:
        input_tokens: the estimate of the input, used until the provider says better.
        sent_at: when the request was sent.
    """

    def __init__(self, input_tokens: int, sent_at: float) -> None:
        self._input_tokens = input_tokens
        self._sent_at = sent_at
        self._first_text_at: float | None = None
        self._last_text_at: float | None = None
        self._answer = TokenCounter()
        self._thinking = TokenCounter()
        self._reported: Usage | None = None
        self._answer_when_reported = 0
        self._thinking_when_reported = 0
        self._rate: float | None = None
        self.anything_arrived = False
        self.charged_usd: Decimal | None = None

    def on_answer(self, text: str, at: float) -> None:
        self.anything_arrived = True
        self._answer.add(text)
        self._on_text(at)

    def on_thinking(self, text: str, at: float) -> None:
        self.anything_arrived = True
        self._thinking.add(text)
        self._on_text(at)

    def on_usage(self, chunk: UsageChunk) -> None:
        """The provider's own counts replace everything counted up to here; counts of nothing replace none."""
        self.anything_arrived = True
        counts = chunk.usage
        if self._reported is None or counts.input_tokens or counts.output_tokens:
            self._reported = replace(counts, reported=True)
            # No output although text came is no count of that text: answers that cost nothing would be the result.
            self._answer_when_reported = self._answer.tokens if counts.output_tokens else 0
            self._thinking_when_reported = self._thinking.tokens if counts.output_tokens else 0
        self._rate = chunk.tokens_per_second or self._rate
        if chunk.cost_usd is not None:
            self.charged_usd = chunk.cost_usd

    @property
    def usage(self) -> Usage:
        """Tokens so far; `reported` only when the provider's count covers all the text that arrived."""
        thinking, answer = self._thinking.tokens, self._answer.tokens
        if self._reported is None or (self._counts_nothing and (thinking or answer)):
            output = thinking + answer + END_TOKENS if thinking or answer else 0
            return Usage(self._input_tokens, output, reasoning_tokens=thinking)
        later_thinking = thinking - self._thinking_when_reported
        later = later_thinking + answer - self._answer_when_reported
        if later <= 0:
            return self._reported
        return replace(
            self._reported,
            output_tokens=self._reported.output_tokens + later,
            reasoning_tokens=self._reported.reasoning_tokens + later_thinking,
            reported=False,
        )

    @property
    def ttft_ms(self) -> float | None:
        """Milliseconds from sending to the first answer or thinking text."""
        return None if self._first_text_at is None else (self._first_text_at - self._sent_at) * 1000

    @property
    def tokens_per_second(self) -> float | None:
        """The provider's own measurement, else output tokens over the time from first to last text.

        Thinking that was never streamed is left out: its time lies before the first text.
        """
        if self._rate is not None:
            return self._rate
        if self._first_text_at is None or self._last_text_at is None or self._last_text_at <= self._first_text_at:
            return None
        usage = self.usage
        hidden = usage.reasoning_tokens if not self._thinking.tokens else 0
        streamed = usage.output_tokens - hidden
        return streamed / (self._last_text_at - self._first_text_at) if streamed > 0 else None

    @property
    def _counts_nothing(self) -> bool:
        """Whether the provider's counts are both missing, broken or zero; a prompt alone has tokens."""
        return self._reported is not None and not (self._reported.input_tokens or self._reported.output_tokens)

    def _on_text(self, at: float) -> None:
        if self._first_text_at is None:
            self._first_text_at = at
        self._last_text_at = at
