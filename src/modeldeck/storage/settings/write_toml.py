"""A TOML file that is replaced in one step."""

import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from modeldeck.domain.errors import StorageError
from modeldeck.paths import make_folder


def write_toml(path: Path, data: Mapping[str, Any], go_on: Callable[[], bool] = lambda: True) -> bool:
    """Replace the file in one step: whoever reads sees the old or the new one, and a crash leaves one of them.

    Args:
        path: the file.
        data: its new content.
        go_on: asked in the last moment; when it says no, nothing is replaced.

    Returns:
        whether the file was replaced.

    Raises:
        StorageError: the folder or the file cannot be written.
    """
    import tempfile

    import tomli_w  # only when something is saved: with tempfile a tenth of what a list may take to import

    path = path.resolve()  # a link, as dotfile managers make them, stays a link
    content = tomli_w.dumps(data).encode("utf-8", "replace")
    make_folder(path.parent)
    temporary: str | None = None
    try:
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)  # mode 0600 from the start
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if go_on():
            os.replace(temporary, path)
            return True
        os.unlink(temporary)
        return False
    except OSError as error:
        if temporary is not None:
            with suppress(OSError):
                os.unlink(temporary)
        raise StorageError(
            f"{path} cannot be written: {error.strerror or error}.",
            "The choice holds until the program ends. Choose another folder with --config-dir to keep it.",
        ) from error
