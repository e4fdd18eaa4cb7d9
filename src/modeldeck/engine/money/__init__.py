"""Prices times usage, budgets before the call, books after it."""
