"""Where every block of a transcript stands: from a line number to its strip, block and part, and back."""

from bisect import bisect_right
from collections.abc import Iterable
from itertools import takewhile

from textual.strip import Strip

from modeldeck.tui.widgets.blocks import Block, Part


class LineMap:
    """The blocks of all parts, laid out below each other at one width."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.height = 0
        self._owners: list[Part] = []
        self._tops: list[int] = []

    def lay_out(self, parts: Iterable[tuple[Part, Iterable[Block]]], width: int) -> int:
        """Take the blocks as they are now; new ones are painted, stale ones keep their lines for a moment.

        Returns the first line from which on something changed.
        """
        before, tops = self.blocks, [*self._tops, self.height]
        self.blocks, self._owners, self._tops, self.height = [], [], [], 0
        for part, blocks in parts:
            for block in blocks:
                if block.width is None:
                    block.fit(width)
                self.blocks.append(block)
                self._owners.append(part)
                self._tops.append(self.height)
                self.height += len(block.lines)
        same = sum(1 for _ in takewhile(_same_object, zip(before, self.blocks, strict=False)))
        return min(tops[same], [*self._tops, self.height][same])

    def strip(self, line: int) -> Strip:
        """The strip of a line; an empty one outside."""
        found = self.find(line)
        return Strip([]) if found is None else found[0].lines[found[1]]

    def find(self, line: int) -> tuple[Block, int] | None:
        """The block that holds a line, and the number of the line in it; None outside."""
        if not 0 <= line < self.height:
            return None
        index = bisect_right(self._tops, line) - 1
        return self.blocks[index], line - self._tops[index]

    def owner(self, line: int) -> Part | None:
        """The part that a line belongs to; None outside."""
        return self._owners[bisect_right(self._tops, line) - 1] if 0 <= line < self.height else None

    def locate(self, block: Block, offset: int) -> int | None:
        """The line number of a line of a block; None when the block is gone."""
        if block not in self.blocks:
            return None
        return self._tops[self.blocks.index(block)] + min(offset, max(0, len(block.lines) - 1))

    def stale(self, width: int, near: Block | None) -> list[Block]:
        """The blocks not painted at this width, the nearest to `near` (None: the end) first."""
        start = self.blocks.index(near) if near in self.blocks else len(self.blocks) - 1
        order = sorted(range(len(self.blocks)), key=lambda index: abs(index - start))
        return [self.blocks[index] for index in order if self.blocks[index].width != width]

    @property
    def text(self) -> str:
        """All lines without the spaces at their ends."""
        return "\n".join(strip.text.rstrip() for block in self.blocks for strip in block.lines)


def _same_object(pair: tuple[Block, Block]) -> bool:
    return pair[0] is pair[1]
