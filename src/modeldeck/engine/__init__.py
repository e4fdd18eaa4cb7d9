"""Decisions: standard library, domain and ports only."""
