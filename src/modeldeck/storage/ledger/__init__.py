"""The append-only record of attempts, and everything that is read from it."""
