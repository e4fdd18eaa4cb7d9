"""The entry point: `modeldeck` and `python -m modeldeck`."""

import gc
import sys


def main() -> int:
    """Run the command line; returns the exit code."""
    if sys.argv[1:] == ["--version"]:  # before any import: scripts ask for it often
        from modeldeck import __version__

        sys.stdout.write(f"modeldeck {__version__}\n")
        return 0
    gc.disable()  # a start makes thousands of objects that all stay; once it is over, `main` lets collecting begin
    try:
        from modeldeck.main import main as start

        return start()
    except KeyboardInterrupt:  # while it loads; from then on the command line answers for itself
        sys.stderr.write("Interrupted.\n")
        return 130


if __name__ == "__main__":
    sys.exit(main())
