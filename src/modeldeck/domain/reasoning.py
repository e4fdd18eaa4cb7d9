"""How much a model should think before it answers. A file of its own: what vendors can is read without any request."""

from typing import Literal

ReasoningLevel = Literal["none", "minimal", "low", "medium", "high", "xhigh", "max"]
