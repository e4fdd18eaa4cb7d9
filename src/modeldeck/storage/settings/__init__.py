"""`config.toml`, `deck.toml` and the environment: read, checked, explained."""
