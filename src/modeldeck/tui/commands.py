"""The command palette: every action of the app, the dashboard and the panes, each with its key."""

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, cast

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content
from textual.dom import DOMNode
from textual.types import IgnoreReturnCallbackType

from modeldeck.domain.record import record
from modeldeck.domain.task import Mode
from modeldeck.tui.keymap import bindings_of

if TYPE_CHECKING:
    from modeldeck.tui.app import DeckApp

_MODE_WORDS = {
    Mode.MANUAL: "Mode: manual, exactly the chosen model",
    Mode.AUTO: "Mode: auto, the engine chooses",
    Mode.HYBRID: "Mode: hybrid, the chosen model with the engine behind it",
}


@record
class Command:
    """A line of the palette; `key` as it is shown, empty when there is none."""

    title: str
    key: str
    help: str
    run: IgnoreReturnCallbackType

    @property
    def prompt(self) -> Content:
        return Content.assemble(self.title, (f"   {self.key}", "$text-muted")) if self.key else Content(self.title)


class DeckCommands(Provider):
    """Searches all commands; shows them all before anything is typed."""

    async def discover(self) -> Hits:
        """Every command."""
        for command in self._commands():
            yield DiscoveryHit(command.prompt, command.run, command.title, command.help)

    async def search(self, query: str) -> Hits:
        """The commands whose title fits."""
        matcher = self.matcher(query)
        for command in self._commands():
            score = matcher.match(command.title)
            if score > 0:
                shown = Content.assemble(matcher.highlight(command.title), (f"   {command.key}", "$text-muted"))
                yield Hit(score, shown, command.run, command.title, command.help)

    def _commands(self) -> Iterator[Command]:
        app = cast("DeckApp", self.app)
        yield from self._bound(app, "")
        for mode, words in _MODE_WORDS.items():
            yield Command(words, "", "", partial(app.choosing.set_mode, mode))
        yield from self._bound(app.deck_screen, "Pane: ")
        for pane in app.deck_screen.grid.panes:
            for node in (pane, *pane.query("*").results()):
                yield from self._bound(node, f"{pane.TITLE}: ", before=pane.focus_primary)
        for name in sorted(app.available_themes, key=lambda name: (name not in app.named_themes, name)):
            named = app.named_themes.get(name)
            yield Command(f"Theme: {named.title if named else name}", "", "", partial(app.keep_theme, name))

    def _bound(self, node: DOMNode, prefix: str, before: IgnoreReturnCallbackType | None = None) -> Iterator[Command]:
        """One command for every binding of a node's class that has an id."""
        app = cast("DeckApp", self.app)
        seen: set[str] = set()
        for binding in bindings_of(type(node)):
            if binding.action in seen or not (binding.tooltip or binding.show):
                continue
            seen.add(binding.action)
            title = prefix + (binding.description.lower() if prefix else binding.description.capitalize())
            run = partial(_run, node, binding.action, before)
            yield Command(title, app.key_words(binding), binding.tooltip, run)


async def _run(node: DOMNode, action: str, before: IgnoreReturnCallbackType | None) -> None:
    if before is not None:
        before()
    await node.app.run_action(action, node)
