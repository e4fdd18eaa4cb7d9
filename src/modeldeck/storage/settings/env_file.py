"""The file of `--env-file`: variables as lines of the form NAME=value, in the form that python-dotenv reads."""

from io import StringIO
from pathlib import Path

from dotenv import dotenv_values
from dotenv.parser import parse_stream

from modeldeck.domain.errors import ConfigError, ConfigProblem

_FORM = "It holds lines of the form NAME=value."


def read_env_file(path: Path) -> dict[str, str]:
    """The variables in the file; names without a value are left out.

    Raises:
        ConfigError: it cannot be read, or a line is no variable; the message names file and line, never the line's
            text, which may hold a key.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise ConfigError(f"The file {path} of --env-file cannot be read: {error}.", _FORM) from error
    # Read once for what is wrong: dotenv itself only logs that, without the file's name.
    for binding in parse_stream(StringIO(text)):
        if binding.error:
            statement = binding.original.string
            line = binding.original.line + statement[: len(statement) - len(statement.lstrip())].count("\n")
            message = f"{path} of --env-file, line {line}: this is no variable."
            raise ConfigError(message, _FORM, (ConfigProblem(line, None, message, _FORM),))
    return {name: value for name, value in dotenv_values(stream=StringIO(text)).items() if value is not None}
