"""The conversation of the playground: plain data that outlives a switch of models."""

from modeldeck.domain.request import Message


class Conversation:
    """Turns so far, as they are sent along with the next prompt; `id` ties its runs together in the ledger."""

    def __init__(self, id: str) -> None:
        self.id = id
        self._turns: list[Message] = []
        self._asked: str | None = None

    @property
    def turns(self) -> tuple[Message, ...]:
        """Finished exchanges, oldest first."""
        return tuple(self._turns)

    def preview(self, prompt: str) -> list[Message]:
        """The messages that a prompt would be sent with."""
        return [*self._turns, Message("user", prompt)]

    def ask(self, prompt: str, *, again: bool = False) -> list[Message]:
        """The messages to send for a prompt; `again` first takes back the last exchange when it was this prompt."""
        if again and len(self._turns) >= 2 and self._turns[-2].text == prompt:
            del self._turns[-2:]
        self._asked = prompt
        return self.preview(prompt)

    def answer(self, text: str) -> None:
        """Keep the exchange that `ask` began, when there was any answer; a partial one counts."""
        if self._asked is not None and text:
            self._turns += [Message("user", self._asked), Message("assistant", text)]
        self._asked = None
