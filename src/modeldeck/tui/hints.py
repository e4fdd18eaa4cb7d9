"""Keys inside sentences, as the person has them.

A sentence names a binding by its id with the usual key, `{app.refresh|F5}`, and is shown with the key of today. Only
our own sentences go through here, never text from outside.
"""

import re
from collections.abc import Callable
from typing import Protocol, runtime_checkable

from textual.content import Content
from textual.dom import DOMNode

KeyOf = Callable[[str, str], str]
"""The keys of a binding's id as they are now; the second argument are those it has when nothing was remapped."""

_KEY = re.compile(r"\{([\w.-]+)\|([^{}|]+)\}")


@runtime_checkable
class NamesKeys(Protocol):
    """An app with a keymap of its own."""

    def key_of(self, name: str, usual: str) -> str: ...


def usual_key(_name: str, usual: str) -> str:
    """The `KeyOf` of a person who remapped nothing."""
    return usual


def with_keys(sentence: str, key_of: KeyOf) -> str:
    """The sentence with its keys as they are now."""
    return _KEY.sub(lambda found: key_of(found[1], found[2]), sentence)


def with_bold_keys(sentence: str, key_of: KeyOf, words_style: str = "") -> Content:
    """The same as Content: keys in bold, the words in a style of their own."""
    parts: list[Content] = []
    end = 0
    for found in _KEY.finditer(sentence):
        parts += [
            Content.styled(sentence[end : found.start()], words_style),
            Content.styled(key_of(found[1], found[2]), "bold"),
        ]
        end = found.end()
    return Content.assemble(*parts, Content.styled(sentence[end:], words_style))


def key_of(node: DOMNode) -> KeyOf:
    """How the app that a node is shown in names keys; an app without a keymap of its own has the usual ones."""
    return node.app.key_of if isinstance(node.app, NamesKeys) else usual_key


def hint(node: DOMNode, sentence: str) -> str:
    """A sentence for a node, with its keys as they are now."""
    return with_keys(sentence, key_of(node))
