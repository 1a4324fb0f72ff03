"""Events that a client missed (spec E2): `/api/v1/events?after=`."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.responses import Response

from penstock.api.access import CurrentUser, ServicesDep
from penstock.api.answers.chats import MissedEvents
from penstock.api.documented import documented
from penstock.api.errors import answer
from penstock.store.records import MessageEvent

router = APIRouter(prefix="/api/v1/events", tags=["events"])

PAGE = 1000


@router.get("")
@router.get("/", include_in_schema=False)
@documented("Events that were missed", MissedEvents)
async def events(
    user: CurrentUser, services: ServicesDep, after: Annotated[int, Query(ge=0, lt=2**63)] = 0
) -> Response:
    """Stored events of your chats after the one with that `seq`, oldest first, at most 1,000.

    `last` is the number to ask with next; `more` says that there are further ones.
    """
    newest = services.store.events.last_id()
    rows = await services.store.events.after(user.id, after, PAGE)
    more = len(rows) == PAGE
    seen = rows[-1].id if rows else 0
    last = seen if more else max(newest, seen)
    return answer(200, {"events": [_wire(row) for row in rows], "last": last, "more": more})


def _wire(row: MessageEvent) -> dict[str, Any]:
    return {
        "chat_id": row.chat_id,
        "message_id": row.message_id or None,
        "data": {"type": row.type, "data": row.data},
        "seq": row.id,
    }
