"""`python -m benchmarks [NAME...]`: run all comparisons, or the named ones."""

import importlib
import sys

NAMES = ("start", "paint", "memory", "filtering", "streaming", "selection", "request", "ledger")


def main(names: list[str]) -> None:
    for name in names or NAMES:
        if name not in NAMES:
            sys.exit(f"no benchmark is called {name!r}; there are {', '.join(NAMES)}")
        importlib.import_module(f"benchmarks.{name}").main()


main(sys.argv[1:])
