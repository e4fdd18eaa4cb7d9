"""The few styles that lines of Content use, by meaning."""

from typing import Final

# Not $text-muted: as an "auto" colour it loses its transparency inside Content and comes out brighter than the text.
DIM: Final = "$foreground 60%"
ACCENT: Final = "$text-primary"
GOOD: Final = "$text-success"
WARN: Final = "$text-warning"
BAD: Final = "$text-error"
