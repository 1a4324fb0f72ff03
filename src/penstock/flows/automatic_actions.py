"""Actions that run by themselves after an answer of a model that lists them (spec A4)."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator, Mapping
from typing import Any

from penstock.errors import PenstockError, RunCancelled
from penstock.flows.context import Services
from penstock.flows.exchange import Exchange
from penstock.flows.models import ResolvedModel
from penstock.realtime.hub import Target

log = logging.getLogger(__name__)

LISTED = "automaticActionIds"  # in the meta of a model's record: `function` or `function.sub`
TRIGGER = "automatic"


class AutomaticActions:
    """They begin when the answer is whole and stored, one after the other, and whatever becomes of them, it stays.

    Only an answer that a person asked for in a chat has them: what a run asks for starts none, so that an action
    that asks a model can never start itself again.
    """

    def __init__(self, services: Services) -> None:
        self._services = services
        self._tasks: set[asyncio.Task[None]] = set()

    def begin(self, exchange: Exchange, messages: list[dict[str, Any]]) -> None:
        """Let those of the model run at the message that was answered. Never waits and never fails."""
        wanted = list(automatic_ids(exchange.model))
        if not wanted or exchange.asker.by_run:
            return
        body = _body(exchange, messages)
        task = asyncio.get_running_loop().create_task(self._run_all(wanted, exchange, body))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _run_all(self, wanted: list[str], exchange: Exchange, body: Mapping[str, Any]) -> None:
        await self._services.hub.settle()
        for action_id in wanted:
            try:
                await self._services.actions.run(
                    action_id, dict(body), exchange.asker.user, exchange.asker.request, trigger=TRIGGER
                )
            except RunCancelled:
                return  # whoever stops one does not want the next
            except PenstockError as error:
                log.info("The automatic action %s of model %s: %s", action_id, exchange.model.id, error.message)
            except Exception:
                log.exception("The automatic action %s of model %s failed.", action_id, exchange.model.id)


def automatic_ids(model: ResolvedModel) -> Iterator[str]:
    """Ids that the model lists as automatic and whose buttons it has, in the order of the buttons."""
    listed = model.meta.get(LISTED)
    wanted = set(map(str, listed)) if isinstance(listed, list) else set()
    seen: set[str] = set()
    for action in model.actions() if wanted else ():
        for action_id in (action.serving.id, action.id):
            if action_id in wanted and action_id not in seen:
                seen.add(action_id)
                yield action_id


def _body(exchange: Exchange, messages: list[dict[str, Any]]) -> dict[str, Any]:
    """As a click sends it; a chat that is not saved has to bring its messages."""
    target: Target = exchange.target
    body = {
        "model": exchange.model.id,
        "chat_id": target.chat_id,
        "id": target.message_id,
        "session_id": target.session_id,
    }
    return body if target.stored else {**body, "messages": messages}
