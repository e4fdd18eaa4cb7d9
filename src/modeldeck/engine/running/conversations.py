"""Conversations that outlive a process: kept exchange by exchange, laid in front of the next prompt."""

from dataclasses import replace

from modeldeck.domain.conversation import Turn
from modeldeck.domain.request import Message, Request
from modeldeck.domain.run import Answer
from modeldeck.domain.usage import RunKind
from modeldeck.ports import Clock, TurnStore


class Conversations:
    """Reads and writes the turns. `keep_any` False: nothing is written, because history is off."""

    def __init__(self, store: TurnStore, clock: Clock, *, keep_any: bool) -> None:
        self._store = store
        self._clock = clock
        self._keep_any = keep_any

    def last(self) -> str | None:
        """The conversation that went on most recently; None without any."""
        return self._store.last_conversation()

    def messages(self, conversation: str) -> tuple[Message, ...]:
        """What was said so far, oldest first, the newest system message in front; images are not kept."""
        turns = self._store.of(conversation)
        system = next((turn.system for turn in reversed(turns) if turn.system), None)
        told = [Message("system", system)] if system else []
        for turn in turns:
            told += [Message("user", turn.prompt), Message("assistant", turn.answer)]
        return tuple(told)

    def continued(self, request: Request) -> Request:
        """The request with its conversation in front, when it brings only its own prompt.

        A system message of its own takes the place of the one said before.
        """
        own = [message for message in request.messages if message.role != "system"]
        if request.conversation is None or len(own) != 1 or own[0].role != "user":
            return request
        system = [message for message in request.messages if message.role == "system"]
        before = self.messages(request.conversation)
        said = [message for message in before if message.role != "system" or not system]
        return replace(request, messages=(*system, *said, own[0]))

    def keep(self, request: Request, answer: Answer) -> None:
        """Store the exchange of a run that names its conversation and brought any text.

        The same prompt sent again without the answer it had before takes the place of that exchange.
        """
        conversation = request.conversation
        if not self._keep_any or conversation is None or not answer.text or request.kind is not RunKind.PROMPT:
            return
        before = self._store.of(conversation)
        carried = sum(message.role == "assistant" for message in request.messages)
        again = bool(before) and before[-1].prompt == request.text and carried == len(before) - 1
        self._store.add(
            Turn(
                conversation=conversation,
                run=answer.run,
                at=self._clock.now(),
                model=answer.model,
                system=next((message.text for message in request.messages if message.role == "system"), None),
                prompt=request.text,
                answer=answer.text,
            ),
            instead_of=before[-1].run if again else None,
        )
