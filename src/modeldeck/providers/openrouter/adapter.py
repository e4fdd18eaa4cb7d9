"""OpenRouter: the OpenAI-chat protocol with a list of its own, prices, charged costs, account limits and routing."""

import logging
import re
from collections.abc import Sequence
from typing import Any

from modeldeck.domain.call import Call
from modeldeck.domain.errors import ErrorKind, Failure, ProviderError
from modeldeck.domain.model import Model
from modeldeck.domain.quota import Quota
from modeldeck.providers.openai.adapter import OpenAiChat
from modeldeck.providers.openai.chat_request import chat_body
from modeldeck.providers.openrouter.listing import read_openrouter_models
from modeldeck.providers.wire.values import as_dict

LEAST_TOKENS = 256
"""An answer that may not even have so many tokens is not worth asking for."""

# openrouter.ai/docs/api-reference/errors: status 402.
_AFFORDABLE = re.compile(r"can only afford (\d{1,9})")

_logger = logging.getLogger(__name__)


class OpenRouter(OpenAiChat):
    """See OpenAiChat. The name in model ids and quota scopes is the vendor's."""

    async def _list(self) -> Sequence[Model]:
        models = await super()._list()
        if self._secret:
            await self._read_key()
        return models

    def _read_list(self, payload: Any) -> list[Model] | None:
        return read_openrouter_models(payload, provider=self._info.name, at=self._clock.now())

    def _body(self, call: Call) -> dict[str, Any]:
        """Reasoning has its own object here, and `provider` says where prompts may go. Source: its API reference."""
        body = chat_body(call, self._vendor)
        effort = body.pop("reasoning_effort", None)
        if effort is not None:
            body["reasoning"] = {"effort": effort}
        if call.deny_training:
            body["provider"] = {"data_collection": "deny"}
        return body

    def _mend(self, body: dict[str, Any], failure: Failure) -> bool:
        """Also ask for fewer tokens where the rest of the credit pays for those."""
        affordable = _AFFORDABLE.search(failure.message) if failure.kind is ErrorKind.CREDIT else None
        if affordable is None:
            return super()._mend(body, failure)
        body[self._vendor.max_tokens_field] = int(affordable.group(1))
        return int(affordable.group(1)) >= LEAST_TOKENS

    async def _read_key(self) -> None:
        """Learn the limits of the account from `GET /key`; a list without them is still a list."""
        try:
            payload = await self._connection.get_json(f"{self._info.base_url}/key")
        except ProviderError as error:
            _logger.info("%s does not tell the limits of the key: %s", self._info.name, error.message)
            return
        for quota in self._free_limits(never_bought=as_dict(as_dict(payload).get("data")).get("is_free_tier") is True):
            self._connection.quotas.put(quota)

    def _free_limits(self, *, never_bought: bool) -> tuple[Quota, ...]:
        """Limits of the free models of this account; the day's is unknown once credits were bought (50 or 1000)."""
        scope = f"{self._info.name}:free"
        day_limit = self._vendor.free_requests_day if never_bought else None
        return (
            Quota(scope, "requests_minute", self._vendor.free_requests_minute),
            Quota(scope, "requests_day", day_limit),
        )
