"""One finding of the doctor."""

from modeldeck.domain.record import record


@record
class Check:
    """`ok` None means optional and absent; `fix` is the next step, None when nothing is wrong."""

    name: str
    ok: bool | None
    detail: str
    fix: str | None = None
