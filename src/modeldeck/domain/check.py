"""One finding of the doctor."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Check:
    """`ok` None means optional and absent; `fix` is the next step, None when nothing is wrong."""

    name: str
    ok: bool | None
    detail: str
    fix: str | None = None
