"""What functions ask, end to end: asked in a worker, answered over HTTP and sockets (spec E3, E4, E5, E6)."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.acting import Theatre
from tests.realtime.joined import joined
from tests.waiting import eventually

pytestmark = [pytest.mark.anyio, pytest.mark.spec("E3")]

ASK = """
    class Action:
        async def action(self, body, __event_call__=None):
            return {"answer": await __event_call__(body["ask"])}
"""
FORM = {
    "type": "object",
    "required": ["name", "home"],
    "properties": {
        "name": {"type": "string", "minLength": 3},
        "turns": {"type": "integer", "maximum": 9},
        "home": {"type": "object", "required": ["city"], "properties": {"city": {"type": "string"}}},
    },
}
OPTIONS = ["a", {"label": "B", "value": 2}]
SEVERAL = [{"id": "tone", "question": "Which?", "options": [{"label": "Formal", "description": "d"}, "Casual"]}]
FORMAL = {"type": "option", "option_index": 0, "label": "Formal", "description": "d"}
CANCELLED = {"status": "cancelled", "answers": {}}


@pytest.fixture(scope="module")
async def ask(playhouse: Theatre) -> str:
    return await playhouse.install(ASK)


async def begun(theatre: Theatre, action: str, kind: str, data: Any, chat: str | None = None) -> Any:
    """A click that waits for its question; gives the click and the question."""
    click = asyncio.ensure_future(theatre.user.click(action, chat, ask={"type": kind, "data": data}))
    return click, await theatre.user.question()


async def answered(theatre: Theatre, question: Any, value: Any) -> Any:
    return await theatre.user.http.post(f"/api/v1/questions/{question['id']}/answer", json={"answer": value})


@pytest.mark.parametrize(
    ("kind", "data", "given", "got", "cancelled"),
    [
        ("confirmation", {"title": "?"}, True, True, False),
        ("confirm", {"title": "?"}, False, False, False),
        ("input", {"title": "?", "placeholder": "p", "value": "v"}, "text", "text", None),
        ("input", {"type": "password"}, "secret", "secret", None),
        ("input", {"type": "textarea"}, "one\ntwo", "one\ntwo", None),
        ("select", {"options": OPTIONS, "default": "a"}, "2", 2, None),
        ("multiselect", {"options": OPTIONS}, ["a", 2], ["a", 2], None),
        ("form", {"schema": FORM}, {"name": "Ada", "home": {"city": "Uri"}}, None, None),
        ("request:user_input", {"questions": SEVERAL}, {"tone": "Formal"},
         {"status": "answered", "answers": {"tone": FORMAL}}, CANCELLED),
        ("request:user_input", {"questions": SEVERAL}, {"status": "cancelled"}, CANCELLED, CANCELLED),
        ("execute", {"code": "return 1"}, {"value": 1}, {"value": 1}, ...),
        ("download", {"url": "/x"}, True, True, ...),
        ("copy", {"text": "x"}, None, None, ...),
        ("open", {"url": "https://example.com"}, True, True, ...),
        ("weather:ask", {"any": "thing"}, ["sun"], ["sun"], None),
    ],
)  # fmt: skip
async def test_every_kind_from_the_worker_and_back(
    theatre: Theatre, ask: str, kind: str, data: Any, given: Any, got: Any, cancelled: Any
) -> None:
    async with joined(theatre.server.url, theatre.user.token):  # what acts in a page needs one
        click, question = await begun(theatre, ask, kind, data)
        assert question["type"] == kind
        assert (await answered(theatre, question, given)).status_code == 200
        assert (await click).json() == {"answer": given if kind == "form" else got}
        if cancelled is not ...:
            click, question = await begun(theatre, ask, kind, data)
            assert (await theatre.user.http.post(f"/api/v1/questions/{question['id']}/cancel")).status_code == 200
            assert (await click).json() == {"answer": cancelled}


@pytest.mark.spec("E4")
@pytest.mark.parametrize(
    ("kind", "data", "given", "errors"),
    [
        (
            "form",
            {"schema": FORM},
            {"name": "A", "turns": 12, "home": {}},
            [["home", "city"], ["name"], ["turns"]],
        ),
        ("form", {"schema": FORM}, "text", None),
        ("request:user_input", {"questions": SEVERAL}, {"tone": ""}, [["tone"]]),
        ("select", {"options": OPTIONS}, "c", None),
        ("multiselect", {"options": OPTIONS}, ["a", "c"], None),
        ("confirm", {}, "yes", None),
        ("file", {}, {"id": "nowhere"}, None),
    ],
)
async def test_an_answer_that_does_not_fit_leaves_the_question_open(
    theatre: Theatre, ask: str, kind: str, data: Any, given: Any, errors: Any
) -> None:
    click, question = await begun(theatre, ask, kind, data)
    refused = await answered(theatre, question, given)
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid")
    if errors is not None:
        found = refused.json()["errors"]
        assert sorted(error["loc"] for error in found) == errors
        assert all(error["msg"] for error in found)
    assert not click.done()
    assert (await theatre.user.question())["id"] == question["id"]
    await theatre.user.http.post(f"/api/v1/questions/{question['id']}/cancel")
    await click


async def test_an_upload_reaches_the_author_who_reads_it(theatre: Theatre) -> None:
    user = theatre.user
    action = await theatre.install("""
        from pathlib import Path

        from open_webui.models.files import Files

        class Action:
            async def action(self, body, __event_call__=None):
                data = {"title": "Which?", "accept": ".txt", "multiple": body.get("multiple", False)}
                found = await __event_call__({"type": "file", "data": data})
                for file in found if isinstance(found, list) else [found]:
                    file["content"] = Path(Files.get_file_by_id(file["id"]).path).read_text()
                return {"found": found}
    """)
    uploads = []
    for who, name in ((user, "a.txt"), (user, "b.txt"), (user, "c.pdf"), (theatre.admin, "d.txt")):
        sent = await who.http.post("/api/v1/files/", files={"file": (name, name.encode(), None)})
        uploads.append(sent.json()["id"])
    click = asyncio.ensure_future(user.click(action, None))
    question = await user.question()
    wrongs: list[Any] = [uploads[2], uploads[3], uploads[:2], 3, {}]
    for wrong in wrongs:
        assert (await answered(theatre, question, wrong)).status_code == 422
    assert (await answered(theatre, question, {"id": uploads[0], "name": "made up"})).status_code == 200
    assert (await click).json() == {
        "found": {
            "id": uploads[0],
            "name": "a.txt",
            "size": 5,
            "content_type": "text/plain",
            "url": f"/api/v1/files/{uploads[0]}/content",
            "content": "a.txt",
        }
    }
    click = asyncio.ensure_future(user.click(action, None, multiple=True))
    await user.answer(uploads[:2])
    assert [file["content"] for file in (await click).json()["found"]] == ["a.txt", "b.txt"]


@pytest.mark.spec("E5")
@pytest.mark.parametrize(
    ("kind", "data", "says"),
    [
        ("form", {}, "`data.schema`"),
        ("select", {"options": []}, "`data.options`"),
        ("multiselect", {}, "`data.options`"),
        ("request:user_input", {"questions": []}, "`data.questions`"),
        ("file", {"accept": 3}, "`accept`"),
    ],
)
async def test_what_cannot_be_asked_is_an_error_at_the_call(
    theatre: Theatre, ask: str, kind: str, data: Any, says: str
) -> None:
    answer = await theatre.user.click(ask, None, ask={"type": kind, "data": data})
    assert (answer.status_code, answer.json()["code"]) == (500, "run_failed")
    assert says in answer.json()["detail"]
    assert (await theatre.user.http.get("/api/v1/questions")).json() == []


@pytest.mark.spec("E4")
async def test_the_secret_in_an_answer_is_not_kept(theatre: Theatre, ask: str) -> None:
    click, question = await begun(theatre, ask, "input", {"type": "password"})
    await answered(theatre, question, "secret")
    await click
    kept = await theatre.services.store.questions.get(question["id"])
    assert kept is not None
    assert (kept.state, kept.answer) == ("answered", "***")


@pytest.mark.spec("E4")
async def test_every_tab_shows_it_and_one_answers(theatre: Theatre, ask: str) -> None:
    url, token = theatre.server.url, theatre.user.token
    chat = await theatre.user.chat()
    asked = asyncio.Event()

    async def answer(event: dict[str, Any]) -> Any:
        await asked.wait()
        return "from a tab" if event["data"]["type"] == "input" else None

    async with joined(url, token) as one, joined(url, token, answer) as two:
        click, question = await begun(theatre, ask, "input", {"title": "?"}, chat)
        for tab in (one, two):
            shown = await tab.saw("input")
            assert (shown["chat_id"], shown["message_id"]) == (chat, "b")
            assert shown["data"]["data"]["interaction_id"] == question["id"]
        async with joined(url, token) as late:
            await late.saw("input")
            asked.set()
            for tab in (one, two, late):
                await tab.saw("request:interaction:done")
    assert (await click).json() == {"answer": "from a tab"}


@pytest.mark.spec("E4")
@pytest.mark.spec("E6")
@pytest.mark.parametrize("chat_id", [None, "local:tab", "saved"])
async def test_nobody_comes(theatre: Theatre, ask: str, chat_id: str | None) -> None:
    chat = await theatre.user.chat() if chat_id == "saved" else chat_id
    question = {"type": "input", "data": {"title": "?", "timeout": 0.05}}
    answer = await theatre.user.click(ask, chat, ask=question)
    assert answer.status_code == 504
    assert "Nobody answered the question within 0.05 seconds." in answer.json()["detail"]
    for more, got in (({"default": "d"}, "d"), ({"type": "password"}, None)):
        question["data"] = {"title": "?", "timeout": 0.05, "default": None, **more}
        assert await theatre.user.clicked(ask, chat, ask=question) == {"answer": got}
    soon = {"type": "request:user_input", "data": {"questions": SEVERAL, "timeout_ms": 50}}
    assert await theatre.user.clicked(ask, chat, ask=soon) == {"answer": CANCELLED}


@pytest.mark.spec("E4")
async def test_a_question_that_the_author_gives_up_closes(theatre: Theatre) -> None:
    user = theatre.user
    action = await theatre.install("""
        import asyncio

        class Action:
            async def action(self, body, __event_call__=None):
                try:
                    await asyncio.wait_for(__event_call__({"type": "input", "data": {"title": "First"}}), 0.1)
                except asyncio.TimeoutError:
                    return {"answer": await __event_call__({"type": "input", "data": {"title": "Second"}})}
    """)
    async with joined(theatre.server.url, user.token) as tab:
        click = asyncio.ensure_future(user.click(action, None))
        first = (await tab.saw("input"))["data"]["data"]["interaction_id"]
        assert (await tab.saw("request:interaction:done"))["data"]["data"] == {"interaction_id": first}
        second = await tab.saw("input", 2)
        assert second["data"]["data"]["title"] == "Second"

        async def look() -> list[str]:
            return [question["data"]["title"] for question in (await user.http.get("/api/v1/questions")).json()]

        assert await eventually(look) == ["Second"]
        late = await user.http.post(f"/api/v1/questions/{first}/answer", json={"answer": "late"})
        assert (late.status_code, late.json()["code"]) == (409, "conflict")
        await user.answer("b")
        assert (await click).json() == {"answer": "b"}
