"""What a row calls its model: the last part of the native name, with the maker where two makers use the same one.

Where no column says the provider, names that several providers use have it behind them.
"""

from collections.abc import Iterable

from rich.cells import cell_len

from modeldeck.domain.model import Model
from modeldeck.tui.format import clean
from modeldeck.tui.widgets.table_columns import cut

_PROVIDER_CELLS = 8


def shown_name(model: Model, shared: frozenset[str] = frozenset()) -> str:
    """The native name without its maker, unless the rest is among the `shared` ones; variants such as `:free` stay."""
    short = model.native_id.rpartition("/")[2]
    return clean(model.native_id if short in shared else short) or clean(model.id)


def shared_names(models: Iterable[Model]) -> frozenset[str]:
    """The short names that models of different makers share at one provider."""
    makers: dict[tuple[str, str], str] = {}
    shared: set[str] = set()
    for model in models:
        maker, _, short = model.native_id.rpartition("/")
        if makers.setdefault((model.provider, short), maker) != maker:
            shared.add(short)
    return frozenset(shared)


def common_names(models: Iterable[Model], shared: frozenset[str]) -> frozenset[str]:
    """The shown names that models of different providers have."""
    providers: dict[str, str] = {}
    return frozenset(
        name
        for model in models
        for name in (shown_name(model, shared),)
        if providers.setdefault(name, model.provider) != model.provider
    )


def with_provider(name: str, provider: str, width: int) -> str:
    """A shown name and whose it is, in so many cells; what is too long is cut, neither goes away."""
    provider = clean(provider)
    ending = f" · {cut(provider, _PROVIDER_CELLS) if cell_len(provider) > _PROVIDER_CELLS else provider}"
    room = width - cell_len(ending)
    return (name if cell_len(name) <= room else cut(name, room)) + ending
