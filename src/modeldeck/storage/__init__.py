"""The only SQL and the only TOML: ledger, caches, experience, settings, shipped data."""
