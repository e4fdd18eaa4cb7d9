"""Files that go with a prompt: images and JSON schemas."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from modeldeck.domain.errors import UsageError
from modeldeck.domain.request import Image

# Each format begins with these bytes; a WebP file is a RIFF container that names its kind at byte 8.
_SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
)


def read_image(path: Path) -> Image:
    """The image in a file. Raises UsageError when it cannot be read or is no PNG, JPEG, GIF or WebP."""
    data = _read(path)
    kind = next((kind for signature, kind in _SIGNATURES if data.startswith(signature)), None)
    if kind is None and data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        kind = "image/webp"
    if kind is None:
        raise UsageError(f"{path} is no image that models take.", "PNG, JPEG, GIF and WebP are.")
    return Image(data, kind)


def read_schema(path: Path) -> Mapping[str, Any]:
    """The JSON schema in a file. Raises UsageError when it cannot be read or is no JSON object."""
    import json

    try:
        schema = json.loads(_read(path))
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{path} is no JSON: {error}.") from None
    if not isinstance(schema, dict):
        raise UsageError(f"{path} holds no JSON schema: an object is needed.")
    return schema


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.") from None
