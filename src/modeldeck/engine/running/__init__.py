"""From a selection to an answer: attempts, streaming, fallback, conversations."""
