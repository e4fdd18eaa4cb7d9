"""Settings as a person looks at them: every value with its source, and what is wrong with a file."""

from typing import TypeAlias

from modeldeck.domain.errors import ConfigProblem
from modeldeck.domain.record import record

SettingValue: TypeAlias = "str | int | float | bool | list[str] | None"

DEFAULT_ORIGIN = "default"
COMMAND_LINE = "command line"
ENVIRONMENT = "environment "
"""How the origin of a value begins that an environment variable holds; the variable's name follows."""


@record
class Setting:
    """One effective value; amounts are decimal strings, keys and passwords never stand in it.

    `origin` is `default`, `config.toml line N`, `deck.toml`, `environment NAME` or `command line`.
    """

    key: str
    value: SettingValue
    origin: str = DEFAULT_ORIGIN

    @property
    def locked(self) -> bool:
        """Whether nothing inside the program can change it."""
        return self.origin == COMMAND_LINE or self.origin.startswith(ENVIRONMENT)


@record
class ConfigReport:
    """What a settings file is worth: with problems it is not used; warnings only want to be read."""

    file: str
    problems: tuple[ConfigProblem, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        return not self.problems
