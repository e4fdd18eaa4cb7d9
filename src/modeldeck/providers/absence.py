"""When a failed list only means that a local server does not run."""

from modeldeck.domain.errors import ErrorKind, Failure, ProviderError
from modeldeck.ports import ProviderInfo

# The usual ports of local runtimes are also the usual ports of other programs: what answers there without speaking
# the protocol is not a broken model server, unless a person named the address.
_NOT_OURS = frozenset({ErrorKind.NOT_FOUND, ErrorKind.MALFORMED, ErrorKind.PARAMETER, ErrorKind.FORBIDDEN})


def as_absent(error: ProviderError, info: ProviderInfo, *, guessed: bool) -> ProviderError | None:
    """UNREACHABLE in place of another failure of a list, where the server is simply not there; else None.

    Args:
        error: why the list failed.
        info: whose list it is.
        guessed: nobody named the address; it is the usual one.
    """
    kind = error.failure.kind
    if not (info.local and kind is ErrorKind.TIMEOUT) and not (guessed and kind in _NOT_OURS):
        return None
    message = f"{info.title} does not run at {info.base_url}"
    return ProviderError(Failure(ErrorKind.UNREACHABLE, message, error.failure.status))
