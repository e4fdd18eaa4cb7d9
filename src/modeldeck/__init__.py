"""modeldeck: choose, run and account for language models, from Python, the command line or the terminal."""

__version__ = "0.1.0"
