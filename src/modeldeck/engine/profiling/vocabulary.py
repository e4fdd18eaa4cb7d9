"""Finding many words in a text at once: every text word is looked up, so that time grows with the text alone."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping

_WORD = re.compile(r"[^\W_]+(?:['’+#;.-][^\W_]+)*")
_UNPARTED = re.compile("[\u0600-\u06ff\u0900-\u097f\u0e00-\u0e7f\u2e80-\U0003ffff]")
"""Scripts that join words or parts of speech without spaces: Arabic, Devanagari, Thai, CJK."""
_LONGEST_STEM = 16


class Vocabulary:
    """Words, phrases and stems with a label each, in the notation of `engine.prompt_words`.

    Texts given to `find` must be in lower case.
    """

    def __init__(self, entries: Iterable[tuple[str, str]]) -> None:
        self._anywhere: list[tuple[str, str]] = []
        self._stems: defaultdict[str, list[str]] = defaultdict(list)
        self._first_words: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
        for label, block in entries:
            for entry in re.split(r"[,\n]", block):
                self._add(entry.strip(), label)
        self._stem_lengths = sorted({len(stem) for stem in self._stems})

    def find(self, text: str) -> Mapping[str, list[int]]:
        """Where each label's entries begin in `text`, in rising order; labels without any are absent."""
        found: defaultdict[str, list[int]] = defaultdict(list)
        for word in _WORD.finditer(text):
            self._look_up(text, word.group(), word.start(), found)
        for entry, label in self._anywhere:
            at = text.find(entry)
            if at >= 0:
                found[label].append(at)
        for places in found.values():
            places.sort()
        return found

    def _add(self, entry: str, label: str) -> None:
        if not entry:
            return
        if _UNPARTED.search(entry):
            self._anywhere.append((entry, label))
        elif " " not in entry and entry.endswith("*"):
            self._stems[entry[:-1][:_LONGEST_STEM]].append(label)
        else:
            first = _WORD.match(entry)
            self._first_words[entry if first is None else first.group()].append((entry, label))

    def _look_up(self, text: str, word: str, at: int, found: Mapping[str, list[int]]) -> None:
        for entry, label in self._first_words.get(word, ()):
            if _stands_at(text, entry, at):
                found[label].append(at)
        for length in self._stem_lengths:
            if length > len(word):
                break
            for label in self._stems.get(word[:length], ()):
                found[label].append(at)


def _stands_at(text: str, entry: str, at: int) -> bool:
    """Whether a phrase stands whole at a place; a stem at its end may go on."""
    stem = entry.endswith("*")
    phrase = entry[:-1] if stem else entry
    if not text.startswith(phrase, at):
        return False
    end = at + len(phrase)
    return stem or end == len(text) or not text[end].isalnum()
