"""Token counts of OpenAI's protocols, chat and responses, wherever a vendor puts them, as one UsageChunk."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from modeldeck.domain.call import UsageChunk
from modeldeck.domain.usage import Usage
from modeldeck.providers.wire.values import as_count, as_dict, as_float, as_int, as_price

_USD_PER_TICK = -10  # as a power of ten; docs.x.ai, cost tracking


def usage_chunk(event: Mapping[str, Any], *, reports_cost: bool) -> UsageChunk | None:
    """The usage in one stream event or in a whole answer; None when it holds none.

    Places: `usage` (everyone), `x_groq.usage` (Groq), `timings` (llama.cpp), and speeds in `stats` (LM Studio).

    Args:
        event: the parsed JSON object; of the Responses protocol, the response in it.
        reports_cost: whether the vendor charges by what `usage` says: `cost` in USD, or xAI's ticks.
    """
    timings, stats = as_dict(event.get("timings")), as_dict(event.get("stats"))
    fields = as_dict(event.get("usage")) or as_dict(as_dict(event.get("x_groq")).get("usage"))
    if not fields:
        return _from_timings(timings) if timings else None
    return UsageChunk(
        usage=_usage(fields),
        cost_usd=_cost(fields) if reports_cost else None,
        tokens_per_second=as_float(timings.get("predicted_per_second")) or as_float(stats.get("tokens_per_second")),
    )


def _usage(fields: Mapping[str, Any]) -> Usage:
    """The counts by their names in the chat protocol, or by those in the Responses protocol."""
    prompt = as_count(fields.get("prompt_tokens", fields.get("input_tokens")))
    output = as_count(fields.get("completion_tokens", fields.get("output_tokens")))
    input_details = as_dict(fields.get("prompt_tokens_details", fields.get("input_tokens_details")))
    output_details = as_dict(fields.get("completion_tokens_details", fields.get("output_tokens_details")))
    reasoning = as_count(output_details.get("reasoning_tokens"))
    # xAI counts reasoning outside completion; the total tells, without naming the service.
    if reasoning and as_count(fields.get("total_tokens")) == prompt + output + reasoning:
        output += reasoning
    cached = as_count(input_details.get("cached_tokens")) or as_count(fields.get("prompt_cache_hit_tokens"))
    return Usage(
        input_tokens=prompt,
        output_tokens=output,
        cached_tokens=min(cached, prompt),
        cache_write_tokens=min(as_count(input_details.get("cache_write_tokens")), prompt),
        reasoning_tokens=min(reasoning, output),  # OpenRouter's count can exceed its completion by one
        reported=True,
    )


def _cost(fields: Mapping[str, Any]) -> Decimal | None:
    """What the call cost in all: with an own key at the upstream provider, that provider charges beside the fee."""
    ticks = as_int(fields.get("cost_in_usd_ticks"))
    if ticks is not None and ticks >= 0:
        return Decimal(ticks).scaleb(_USD_PER_TICK)
    charged = as_price(fields.get("cost"))
    if charged is None or fields.get("is_byok") is not True:
        return charged
    upstream = as_price(as_dict(fields.get("cost_details")).get("upstream_inference_cost"))
    return charged + (upstream or Decimal(0))


def _from_timings(timings: Mapping[str, Any]) -> UsageChunk:
    cached = as_count(timings.get("cache_n"))
    usage = Usage(
        input_tokens=as_count(timings.get("prompt_n")) + cached,
        output_tokens=as_count(timings.get("predicted_n")),
        cached_tokens=cached,
        reported=True,
    )
    return UsageChunk(usage, tokens_per_second=as_float(timings.get("predicted_per_second")))
