"""CPU per key while a query is typed and deleted: our table at 5,000 and 50,000 rows, a stock DataTable at 5,000."""

import asyncio
import tempfile
import time
from collections.abc import Callable, Sequence

from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.widgets import DataTable

from benchmarks.catalog import fill_cache
from benchmarks.measure import report_times
from modeldeck.engine.catalog.filter import ModelFilter
from modeldeck.engine.deck import Deck
from modeldeck.main import Deck as OpenDeck
from modeldeck.tui.panes.model_rows import list_rows
from modeldeck.tui.panes.row_order import Order
from modeldeck.tui.widgets.model_table import ModelTable

WORD = "lantern"
QUERIES = [WORD[:end] for end in (*range(1, len(WORD) + 1), *reversed(range(len(WORD))))]
SIZE = (120, 40)


class OurTable(App[None]):
    """The Models table alone."""

    def __init__(self, deck: Deck) -> None:
        super().__init__()
        self._rows = list_rows(deck, ModelFilter(), Order())

    def compose(self) -> ComposeResult:
        yield ModelTable()

    def filter(self, query: str) -> None:
        self._rows.narrow(query)
        self.query_one(ModelTable).show(self._rows, keep=False)


class StockTable(App[None]):
    """The same rows in a DataTable, which is emptied and filled with every key."""

    def __init__(self, deck: Deck) -> None:
        super().__init__()
        rows = list_rows(deck, ModelFilter(), Order())
        self._titles = [column.title for column in rows.columns]
        self._cells: Sequence[list[str]] = [[cell.text for cell in rows.cells(row)] for row in range(len(rows))]

    def compose(self) -> ComposeResult:
        yield DataTable[str]()

    def on_mount(self) -> None:
        self.query_one(DataTable).add_columns(*self._titles)

    def filter(self, query: str) -> None:
        table = self.query_one(DataTable)
        table.clear()
        table.add_rows(cells for cells in self._cells if query in cells[1])


async def _cpu_per_key(app: OurTable | StockTable) -> float:
    """CPU seconds of this process for one key, until its picture is painted."""
    async with app.run_test(size=SIZE) as pilot:
        await _type(app, pilot)
        started = time.process_time()
        await _type(app, pilot)
        return (time.process_time() - started) / len(QUERIES)


async def _type(app: OurTable | StockTable, pilot: Pilot[None]) -> None:
    for query in QUERIES:
        app.filter(query)
        await pilot.pause()


def _measure(models: int, make: Callable[[Deck], OurTable | StockTable]) -> float:
    with tempfile.TemporaryDirectory() as folder:
        fill_cache(folder, models)
        with OpenDeck.open(config_dir=f"{folder}/config", data_dir=f"{folder}/data", no_network=True) as deck:
            return asyncio.run(_cpu_per_key(make(deck)))


def main() -> None:
    ours, ours_large = _measure(5_000, OurTable), _measure(50_000, OurTable)
    stock = _measure(5_000, StockTable)
    seconds = {"our table, 5,000 rows": ours, "our table, 50,000 rows": ours_large, "DataTable, 5,000 rows": stock}
    budgets = {"our table, 5,000 rows": 0.008, "our table, 50,000 rows": 0.016}
    report_times("CPU per filter key", seconds, budgets)
    print(f"  DataTable against our table at 5,000 rows: {stock / ours:.0f}x (at least 15x is asked)")
