"""The terminal app: one dashboard of six panes over the engine's Deck."""
