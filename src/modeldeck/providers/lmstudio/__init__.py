"""LM Studio's native protocol."""
