"""The human form of `info`: one model on a page."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from modeldeck.cli import numbers
from modeldeck.cli.text import line, width
from modeldeck.domain.model import Model
from modeldeck.domain.pricing import MILLION, PriceOverride
from modeldeck.engine.wording import condition


def labelled(pairs: Sequence[tuple[str, str]]) -> list[str]:
    """Lines `label  value` with the values in one column; values may be outside text."""
    column = max(width(label) for label, _ in pairs) + 2
    return [f"{label}{' ' * (column - width(label))}{line(value)}".rstrip() for label, value in pairs]


def model_page(model: Model, row: Mapping[str, Any], now: datetime) -> list[str]:
    """Everything in an `info` row, in lines; safe for a terminal."""
    pairs = [
        ("model", model.id),
        ("name", model.name),
        ("kind", f"{numbers.kind(model)}{'' if model.listed else ' (nobody lists it; it can still be called)'}"),
        ("status", row["status"]),
        *_price_lines(row["pricing"], model, now),
        ("context", _context(row["limits"]) + _said(model, "context", now)),
        ("capabilities", (", ".join(row["capabilities"]) or numbers.UNKNOWN) + _said(model, "capabilities", now)),
        ("quality", f"{numbers.score(row['quality'])} ({row['quality_origin']})"),
        ("best at", _strengths(row["specializations"])),
        ("released", f"{row['created'] or numbers.UNKNOWN}{_expiry(row['expires'])}{_said(model, 'created', now)}"),
        ("listed" if model.listed else "known by", f"{model.origin.source}, {numbers.age(model.origin.at, now)}"),
    ]
    if model.knowledge:
        pairs.insert(-1, ("knows until", model.knowledge + _said(model, "knowledge", now)))
    if model.alias:
        pairs.insert(2, ("alias", model.alias))
    if model.safety is not None:
        pairs.append(("safety", numbers.score(model.safety) + _said(model, "safety", now)))
    if model.local:
        pairs.append(("fits", row["fit_note"]))
        pairs.append(("loaded", {True: "yes", False: "no", None: numbers.UNKNOWN}[row["state"]["loaded"]]))
    if model.logs_prompts:
        pairs.append(("privacy", "prompts may be logged or used for training"))
    if row["tasks"]:
        pairs.append(("tasks", ", ".join(row["tasks"])))
    pairs.append(("my runs", _experience(row["experience"])))
    pairs += [("limit", _quota(quota)) for quota in row["limits"]["quotas"]]
    pairs += [("excluded", f"{entry['reason']} (until {entry['until']})") for entry in row["limits"]["cooldowns"]]
    page = labelled(pairs)
    if model.description:
        page += ["", line(model.description)]
    return page


def _price_lines(pricing: Mapping[str, Any] | None, model: Model, now: datetime) -> list[tuple[str, str]]:
    if pricing is None:
        return [("price", f"{numbers.UNKNOWN} (no list states one)")]
    stated = numbers.age(model.origin_of("pricing").at, now)
    source = pricing["origin"] if stated == numbers.UNKNOWN else f"{pricing['origin']}, {stated}"
    price_in, price_out = (numbers.million(Decimal(pricing[side])) for side in ("input", "output"))
    lines = [("price", f"${price_in} in, ${price_out} out per million tokens ({source})")]
    extras = [
        (f"{name.replace('_', ' ')} ${pricing[name]}")
        for name in ("cache_read", "cache_write", "reasoning")
        if pricing[name]
    ]
    extras += [
        f"${pricing[name]} per {name.removesuffix('_usd')}"
        for name in ("request_usd", "image_usd")
        if pricing[name] != "0"
    ]
    if extras:
        lines.append(("also", ", ".join(extras)))
    if model.pricing is not None:
        lines += [("", _override(override)) for override in model.pricing.overrides]
    return lines


def _override(override: PriceOverride) -> str:
    """The prices that change under a condition, e.g. `above 200k input tokens: $2.50 in, $15.00 out`."""
    sides = ((override.input, "in"), (override.output, "out"), (override.cache_read, "cache read"))
    changed = [f"${numbers.million(price * MILLION)} {side}" for price, side in sides if price is not None]
    return f"{condition(override)}: {', '.join(changed)}"


def _said(model: Model, fact: str, now: datetime) -> str:
    """Who says so and how long ago, where it is not whoever lists the model."""
    origin = model.origins.get(fact)
    if origin is None:
        return ""
    return f" ({origin.source})" if origin.at is None else f" ({origin.source}, {numbers.age(origin.at, now)})"


def _context(limits: Mapping[str, Any]) -> str:
    output = limits["max_output"]
    text = f"{numbers.tokens(limits['context'])} tokens"
    return f"{text}, at most {numbers.tokens(output)} of them answer" if output else text


def _strengths(specializations: Mapping[str, float]) -> str:
    best = sorted(specializations.items(), key=lambda item: -item[1])[:4]
    return ", ".join(f"{name} {numbers.score(value)}" for name, value in best)


def _expiry(expires: str | None) -> str:
    return f", ends {expires}" if expires else ""


def _experience(experience: Mapping[str, Any] | None) -> str:
    if experience is None or not experience["calls"]:
        return "none yet"
    return " · ".join(
        [
            f"{experience['successes']} of {numbers.plural(experience['calls'], 'call')} succeeded",
            f"{numbers.milliseconds(experience['ttft_ms'])} to first text",
            numbers.rate(experience["tokens_per_second"]),
        ]
    )


def _quota(quota: Mapping[str, Any]) -> str:
    limit = numbers.UNKNOWN if quota["limit"] is None else quota["limit"]
    left = numbers.UNKNOWN if quota["remaining"] is None else quota["remaining"]
    return f"{quota['kind'].replace('_', ' per ')} at {quota['scope']}: {left} of {limit} left"
