from datetime import UTC, datetime

from modeldeck.domain.model import Model, Origin
from modeldeck.engine.catalog.last_known import keep_last_known

EARLIER = Origin("provider", datetime(2026, 9, 1, tzinfo=UTC))
NOW = Origin("provider", datetime(2026, 9, 2, tzinfo=UTC))
LOADED = Model(
    id="llamacpp/tiny", provider="llamacpp", native_id="tiny", name="tiny", origin=EARLIER, local=True, context=512,
    parameters=143_040, size_bytes=572_160, quantization="F32", loaded=True,
)  # fmt: skip
UNLOADED = Model(
    id="llamacpp/tiny", provider="llamacpp", native_id="tiny", name="tiny", origin=NOW, local=True, loaded=False
)


def test_what_is_left_out_keeps_its_value_and_its_age() -> None:
    (model,) = keep_last_known([UNLOADED], [LOADED])
    assert (model.context, model.parameters, model.size_bytes, model.quantization) == (512, 143_040, 572_160, "F32")
    assert model.loaded is False
    assert model.origin_of("size_bytes") == EARLIER
    assert model.origin_of("name") == NOW


def test_it_is_kept_over_many_lists() -> None:
    (once,) = keep_last_known([UNLOADED], [LOADED])
    (twice,) = keep_last_known([UNLOADED], [once])
    assert twice == once


def test_what_is_told_now_wins() -> None:
    (model,) = keep_last_known([UNLOADED._replace(context=2048)], [LOADED])
    assert (model.context, model.origin_of("context")) == (2048, NOW)
    again = LOADED._replace(origin=NOW, size_bytes=7)
    assert keep_last_known([again], [model]) == [again]


def test_models_come_and_go() -> None:
    other = UNLOADED._replace(id="llamacpp/other")
    assert keep_last_known([other], [LOADED]) == [other]
    assert keep_last_known([], [LOADED]) == []
    assert keep_last_known([UNLOADED], []) == [UNLOADED]
