"""What runs ask people, over HTTP (spec E4): `/api/v1/questions`."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel
from starlette.responses import Response

from penstock.api.access import CurrentUser, ServicesDep
from penstock.api.answers.chats import OpenQuestion
from penstock.api.documented import documented
from penstock.api.errors import answer
from penstock.errors import Conflict
from penstock.realtime.published import Author
from penstock.store.records import Question

router = APIRouter(prefix="/api/v1/questions", tags=["questions"])


class GivenAnswer(BaseModel):
    answer: Any = None


class Done(BaseModel):
    status: bool = True


@router.get("")
@router.get("/", include_in_schema=False)
@documented("List questions that wait for me", list[OpenQuestion])
async def questions(user: CurrentUser, services: ServicesDep) -> Response:
    """The questions that wait for you, oldest first, with the `function` that asks where its run is at this server."""
    waiting = await services.questions.open(user.id)
    return answer(200, [_wire(question, services.questions.asking(question.id)) for question in waiting])


@router.post("/{question_id}/answer")
@documented("Answer a question", errors=[Conflict])
async def give_answer(question_id: str, body: GivenAnswer, user: CurrentUser, services: ServicesDep) -> Done:
    """Answer a question; null cancels it. 409 when it is no longer open, 422 for an answer that it does not take."""
    await services.questions.answer(question_id, user, body.answer)
    return Done()


@router.post("/{question_id}/cancel")
@documented("Close a question without an answer", errors=[Conflict])
async def cancel(question_id: str, user: CurrentUser, services: ServicesDep) -> Done:
    """Close a question without an answer; its run goes on and is told so."""
    await services.questions.cancel(question_id, user)
    return Done()


def _wire(question: Question, author: Author | None) -> dict[str, Any]:
    names = ("id", "run_id", "chat_id", "message_id", "type", "data", "created_at", "deadline")
    wire = {name: getattr(question, name) for name in names}
    return {**wire, "function": author.wire()} if author is not None else wire
