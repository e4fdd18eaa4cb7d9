"""The command palette: every action, each with its key: those of the current pane, of the app, of the other panes."""

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Protocol, cast

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content
from textual.dom import DOMNode
from textual.types import IgnoreReturnCallbackType

from modeldeck.domain.record import record
from modeldeck.domain.task import Mode
from modeldeck.tui.keymap import bindings_of

if TYPE_CHECKING:
    from modeldeck.tui.choosing import Choosing
    from modeldeck.tui.panes.grid import Pane
    from modeldeck.tui.screens.deck import DeckScreen
    from modeldeck.tui.shell import Shell

_MODE_WORDS = {
    Mode.MANUAL: "Mode: manual, exactly the chosen model",
    Mode.AUTO: "Mode: auto, the engine chooses",
    Mode.HYBRID: "Mode: hybrid, the chosen model with the engine behind it",
}

_KEY_CELLS = 10


class Steered(Protocol):
    """What the palette steers besides the shell: an app with these."""

    deck_screen: "DeckScreen"
    choosing: "Choosing"


@record
class Command:
    """A line of the palette; `key` as it is shown, empty when there is none."""

    title: str
    key: str
    help: str
    run: IgnoreReturnCallbackType

    def prompt(self, title: Content) -> Content:
        """The line as it is shown: the key, the title (with its matched letters marked), what it does."""
        help = f"  {self.help}" if self.help and self.help.casefold() != self.title.casefold() else ""
        return Content.assemble((f"{self.key:<{_KEY_CELLS}}", "$text-accent"), title, (help, "$text-muted not bold"))


class DeckCommands(Provider):
    """Searches all commands; shows them all before anything is typed, each in one line."""

    async def discover(self) -> Hits:
        """Every command."""
        for command in self._commands():
            yield DiscoveryHit(command.prompt(Content(command.title)), command.run, command.title)

    async def search(self, query: str) -> Hits:
        """The commands whose title fits."""
        matcher = self.matcher(query)
        for command in self._commands():
            score = matcher.match(command.title)
            if score > 0:
                yield Hit(score, command.prompt(matcher.highlight(command.title)), command.run, command.title)

    def _commands(self) -> Iterator[Command]:
        app, steered = cast("Shell", self.app), cast(Steered, self.app)
        grid = steered.deck_screen.grid
        here = [pane for pane in grid.panes if grid.current == pane.NUMBER]
        for pane in here:
            yield from self._of_pane(pane)
        yield from self._bound(app, "")
        for mode, words in _MODE_WORDS.items():
            yield Command(words, "", "", partial(steered.choosing.set_mode, mode))
        yield from self._bound(steered.deck_screen, "Pane: ")
        for pane in grid.panes:
            if pane not in here:
                yield from self._of_pane(pane)
        for name in sorted(app.available_themes, key=lambda name: (name not in app.named_themes, name)):
            named = app.named_themes.get(name)
            yield Command(f"Theme: {named.title if named else name}", "", "", partial(app.keep_theme, name))

    def _of_pane(self, pane: "Pane") -> Iterator[Command]:
        for node in (pane, *pane.query("*").results()):
            yield from self._bound(node, f"{pane.TITLE}: ", before=pane.focus_primary)

    def _bound(self, node: DOMNode, prefix: str, before: IgnoreReturnCallbackType | None = None) -> Iterator[Command]:
        """One command for every binding of a node's class that has an id."""
        app = cast("Shell", self.app)
        seen: set[str] = set()
        for binding in bindings_of(type(node)):
            if binding.action in seen or binding.id == "app.palette" or not (binding.tooltip or binding.show):
                continue
            seen.add(binding.action)
            title = prefix + (binding.description.lower() if prefix else binding.description.capitalize())
            run = partial(_run, node, binding.action, before)
            yield Command(title, app.key_words(binding), binding.tooltip, run)


async def _run(node: DOMNode, action: str, before: IgnoreReturnCallbackType | None) -> None:
    if before is not None:
        before()
    await node.app.run_action(action, node)
