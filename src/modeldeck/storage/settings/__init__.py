"""`config.toml`, `deck.toml` and the environment: read, checked, explained."""

CONFIG_FILE = "config.toml"
