"""Running actions: who may, which body they read, what happens around them (spec A2-A9)."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any

import pytest

from penstock.store.records import Model
from tests.acting import Theatre
from tests.realtime.joined import joined
from tests.waiting import eventually

pytestmark = pytest.mark.anyio

ECHO = """
    class Action:
        async def action(self, body, __user__=None, __id__=None, __model__=None, __metadata__=None,
                         __chat_id__=None, __message_id__=None, __session_id__=None, __messages__=None):
            return {"body": body, "id": __id__, "user": __user__, "model": __model__, "metadata": __metadata__,
                    "ids": [__chat_id__, __message_id__, __session_id__], "count": len(__messages__ or [])}
"""
BUTTONS = """
    class Action:
        actions = [{"id": "up", "name": "Upper"}, {"id": "down", "name": "Lower"}]

        async def action(self, body, __id__=None):
            return {"status": "success", "message": __id__}
"""
COUNT = """
    import asyncio

    class Action:
        def __init__(self):
            self.count = 0

        async def action(self, body, __event_call__=None):
            self.count += 1
            await asyncio.sleep(body.get("sleep", 0))
            if body.get("fail"):
                raise ValueError("on purpose")
            return {"count": self.count}
"""


@pytest.mark.spec("A3")
async def test_the_body_of_a_click(theatre: Theatre) -> None:
    user = theatre.user
    chat = await user.chat("hello", files=[{"type": "file", "id": "f"}], sources=[{"source": {"name": "s"}}])
    echo = await user.clicked(await theatre.install(ECHO), chat, event={"source": "button"}, parameters={"x": [1]})
    body = echo["body"]
    assert [(item["id"], item["role"], item["content"]) for item in body["messages"]] == [
        ("a", "user", "hi"),
        ("b", "assistant", "hello"),
    ]
    assert body["messages"][1]["sources"] == [{"source": {"name": "s"}}]
    assert (body["chat_id"], body["id"], body["message_id"], body["session_id"]) == (chat, "b", "b", "tab")
    assert (body["content"], body["files"]) == ("hello", [{"type": "file", "id": "f"}])
    assert datetime.fromisoformat(body["timestamp"]).timestamp() == 2000
    assert body["metadata"]["chat_id"] == chat
    assert (body["event"], body["parameters"]) == ({"source": "button"}, {"x": [1]})
    assert echo["ids"] == [chat, "b", "tab"]
    assert echo["count"] == 2
    assert echo["user"]["email"] == "una@example.com"


@pytest.mark.spec("A3")
async def test_what_a_caller_sends_arrives_untouched(theatre: Theatre) -> None:
    sent: dict[str, Any] = {
        "model": None,
        "messages": [{"id": "x", "role": "user", "content": [{"type": "text", "text": "parts"}], "info": {"a": 1}}],
        "content": "mine",
        "timestamp": "then",
        "metadata": {"own": True},
        "format": "csv",
        "data": [1],
        "operation": "add",
        "file": {"id": "f"},
    }
    body = (await theatre.user.run(await theatre.install(ECHO), sent)).json()["body"]
    assert {name: body[name] for name in sent} == sent
    assert body["message_id"] == "x"


@pytest.mark.spec("A4")
@pytest.mark.parametrize("body", [{}, {"operation": "add"}, [1, 2], "text", 3, False])
async def test_without_a_chat_the_body_is_any_json(theatre: Theatre, body: Any) -> None:
    answer = await theatre.user.run(await theatre.install(ECHO), body)
    assert answer.status_code == 200, answer.text
    seen = answer.json()["body"]
    if isinstance(body, dict):
        assert {name: seen[name] for name in body} == body
    else:
        assert seen == body


@pytest.mark.spec("A2")
@pytest.mark.parametrize(("sub", "seen"), [(".up", "up"), (".down", "down"), ("", None)])
async def test_buttons_reach_the_hook_by_their_id(theatre: Theatre, sub: str, seen: str | None) -> None:
    action = await theatre.install(BUTTONS)
    answer = await theatre.user.clicked(action + sub, await theatre.user.chat())
    assert answer["message"] == (seen or action)


@pytest.mark.spec("A8")
async def test_five_ways_not_to_run_are_five_sentences(theatre: Theatre) -> None:
    user = theatre.user
    await theatre.install("class Pipe:\n    def pipe(self, body):\n        return 'x'", "some_pipe")
    buttons = await theatre.install(BUTTONS)
    off = await theatre.install(ECHO, is_active=False)
    local = await theatre.install(ECHO, is_global=False)
    answers = {
        "unknown_action": await user.click("nowhere", model="some_pipe"),
        "unknown_sub_action": await user.click(f"{buttons}.sideways", model="some_pipe"),
        "function_inactive": await user.click(off, model="some_pipe"),
        "not_bound": await user.click(local, model="some_pipe"),
        "not_found": await user.click(buttons, model="no_model"),
    }
    assert {code: answer.json()["code"] for code, answer in answers.items()} == {code: code for code in answers}
    assert [answer.status_code for answer in answers.values()] == [404, 404, 409, 403, 404]
    assert len({answer.json()["detail"] for answer in answers.values()}) == 5
    assert (await user.click("some_pipe")).json()["code"] == "unknown_action"


@pytest.mark.spec("A8")
@pytest.mark.spec("L10")
async def test_an_action_that_is_bound_runs_for_its_models(theatre: Theatre) -> None:
    user, store = theatre.user, theatre.services.store
    await theatre.install("class Pipe:\n    def pipe(self, body):\n        return 'x'", "bound_pipe")
    local = await theatre.install(ECHO, is_global=False)
    assert (await user.run(local, {})).status_code == 403
    admin = theatre.admin.user.id
    await store.models.save(
        Model(id="bound_pipe", user_id=admin, base_model_id=None, name="Bound", meta={"actionIds": [local]})
    )
    echo = await user.clicked(local, None, model="bound_pipe")
    assert echo["model"]["id"] == "bound_pipe"
    assert echo["body"]["model_item"]["id"] == "bound_pipe"
    assert (await user.run(local, {})).status_code == 200
    secret = Model(
        id="bound_pipe",
        user_id=admin,
        base_model_id=None,
        name="Bound",
        meta={"actionIds": [local]},
        access_control={"read": {"user_ids": [], "group_ids": []}},
    )
    await store.models.save(secret)
    assert (await user.click(local, None, model="bound_pipe")).status_code == 404
    await store.models.delete("bound_pipe")


@pytest.mark.spec("A4")
async def test_chats_and_messages_that_are_not_there(theatre: Theatre) -> None:
    action = await theatre.install(ECHO)
    others = await theatre.admin.chat()
    for chat_id in ("nowhere", others):
        answer = await theatre.user.click(action, chat_id)
        assert (answer.status_code, answer.json()["detail"]) == (404, "This chat was not found.")
    own = await theatre.user.chat()
    answer = await theatre.user.http.post(f"/api/chat/actions/{action}", json={"chat_id": own, "id": "z"})
    assert (answer.status_code, answer.json()["detail"]) == (404, "This message was not found in the chat.")
    assert (await theatre.user.http.post(f"/api/chat/actions/{action}", json={"chat_id": own})).status_code == 200


@pytest.mark.parametrize("raw", [b"{", b'{"a": \xff}', b"nonsense"])
async def test_a_body_that_is_not_json(theatre: Theatre, raw: bytes) -> None:
    action = await theatre.install(ECHO)
    answer = await theatre.user.http.post(f"/api/chat/actions/{action}", content=raw)
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_json")


@pytest.mark.spec("A7")
async def test_a_repeated_request_gets_the_first_result(theatre: Theatre) -> None:
    user = theatre.user
    action = await theatre.install(COUNT)
    key = {"idempotency-key": "click-1"}
    first = [user.click(action, None, sleep=0.2, headers=key) for _ in range(3)]
    answers = [answer.json() for answer in await asyncio.gather(*first)]
    assert answers == [{"count": 1}] * 3
    assert (await user.clicked(action, None, headers=key)) == {"count": 1}
    assert (await user.clicked(action, None, headers={"idempotency-key": "click-2"})) == {"count": 2}
    assert (await theatre.admin.clicked(action, None, headers=key)) == {"count": 3}
    assert (await user.clicked(action, None)) == {"count": 4}


@pytest.mark.spec("A7")
async def test_the_first_result_is_known_after_a_restart_too(theatre: Theatre) -> None:
    action = await theatre.install(COUNT)
    key = {"idempotency-key": "click"}
    await theatre.user.clicked(action, None, headers=key)
    theatre.services.actions._once._tasks.clear()
    assert (await theatre.user.clicked(action, None, headers=key)) == {"count": 1}


@pytest.mark.spec("A7")
async def test_a_failure_is_a_result_and_a_refusal_is_not(theatre: Theatre) -> None:
    user = theatre.user
    action = await theatre.install(COUNT, is_active=False)
    key = {"idempotency-key": "click"}
    assert (await user.click(action, None, headers=key)).status_code == 409
    await theatre.services.registry.toggle(action, theatre.admin.user)
    failed = [await user.click(action, None, fail=True, headers=key) for _ in range(2)]
    theatre.services.actions._once._tasks.clear()
    failed.append(await user.click(action, None, headers=key))
    assert [answer.json()["code"] for answer in failed] == ["run_failed"] * 3
    assert await user.clicked(action, None) == {"count": 2}


@pytest.mark.spec("I7")
async def test_an_action_that_raises(theatre: Theatre) -> None:
    action = await theatre.install(
        """
        class Action:
            async def action(self, body):
                return 1 / 0
        """,
        name="Divider",
    )
    chat = await theatre.user.chat()
    async with joined(theatre.server.url, theatre.user.token) as tab:
        answer = await theatre.user.click(action, chat)
        toast = await tab.saw("notification")
        finished = await tab.saw("action:finished")
    body = answer.json()
    assert (answer.status_code, body["code"]) == (500, "run_failed")
    assert body["detail"] == "Divider failed: ZeroDivisionError: division by zero"
    assert "traceback" not in answer.text.lower().replace(body["hint"].lower(), "")
    assert toast["data"]["data"] == {"type": "error", "content": body["detail"]}
    assert finished["data"]["data"]["status"] == "failed"
    assert "error" not in await theatre.user.message(chat)
    seen = await theatre.admin.click(action, None)
    assert "return 1 / 0" in seen.json()["traceback"]
    assert seen.json()["line"] == 4


@pytest.mark.spec("A6")
async def test_many_steps_each_waiting_for_the_last(theatre: Theatre) -> None:
    user = theatre.user
    action = await theatre.install("""
        class Action:
            async def action(self, body, __event_call__=None):
                if not await __event_call__({"type": "confirm", "data": {"title": "Go?"}}):
                    return {"status": "cancelled"}
                kind = await __event_call__({"type": "select", "data": {"options": ["a", "b"]}})
                names = []
                while name := await __event_call__({"type": "input", "data": {"title": "Name"}}):
                    names.append(name)
                return {"kind": kind, "names": names}
    """)
    run = asyncio.ensure_future(user.run(action, {}))
    for answer in (True, "b", "one", "two", None):
        await user.answer(answer)
    assert (await run).json() == {"kind": "b", "names": ["one", "two"]}
    run = asyncio.ensure_future(user.run(action, {}))
    await user.answer(False)
    assert (await run).json() == {"status": "cancelled"}


@pytest.mark.spec("A9")
async def test_a_long_action_shows_itself_and_can_be_stopped(theatre: Theatre) -> None:
    user = theatre.user
    chat = await user.chat()
    action = await theatre.install("""
        import time

        class Action:
            def action(self, body):
                while True:
                    pass
    """)
    async with joined(theatre.server.url, user.token) as tab:
        click = asyncio.ensure_future(user.click(action, chat))
        started = (await tab.saw("action:started"))["data"]["data"]
        assert (started["action_id"], started["name"]) == (action, action.title())
        active = (await user.http.get(f"/api/v1/chats/{chat}")).json()["active"]["runs"]
        assert [run["run_id"] for run in active] == [started["run_id"]]
        assert (active[0]["action_id"], active[0]["name"]) == (action, action.title())
        assert (await theatre.admin.http.get("/api/v1/runs/nowhere")).status_code == 404
        stopped = await user.http.post(f"/api/v1/runs/{started['run_id']}/cancel")
        assert stopped.status_code == 200
        answer = await click
        assert (answer.status_code, answer.json()["code"]) == (499, "run_cancelled")
        finished = await tab.saw("action:finished")
        assert finished["data"]["data"]["status"] == "cancelled"
        assert (await user.last_run(action, "cancelled"))["error"]["code"] == "run_cancelled"
        click = asyncio.ensure_future(user.click(action, chat, headers={"Prefer": "stopped-as-result"}))
        run_id = (await tab.saw("action:started", 2))["data"]["data"]["run_id"]
        await user.http.post(f"/api/v1/runs/{run_id}/cancel")
        answer = await click
        assert (answer.status_code, answer.json()) == (200, {"status": "stopped", "run_id": run_id})


@pytest.mark.spec("A9")
async def test_a_client_that_leaves_finds_the_result_later(theatre: Theatre) -> None:
    user = theatre.user
    chat = await user.chat()
    action = await theatre.install("""
        import asyncio

        class Action:
            async def action(self, body, __event_call__=None):
                name = await __event_call__({"type": "input", "data": {"title": "Name?"}})
                return f"Hello {name}"
    """)
    click = asyncio.ensure_future(user.click(action, chat))
    question = await user.question()
    click.cancel()
    with pytest.raises(asyncio.CancelledError):
        await click
    assert question["data"]["interaction_id"] == question["id"]
    await user.answer("Ada")

    async def told() -> bool:
        return bool((await user.message(chat))["content"] == "Hello Ada")

    await eventually(told)


@pytest.mark.spec("I4")
async def test_background_work_goes_on_after_the_result(theatre: Theatre) -> None:
    user = theatre.user
    chat = await user.chat()
    action = await theatre.install("""
        import asyncio

        class Action:
            def action(self, body, __event_emitter__=None, __event_call__=None):
                asyncio.create_task(self.work(__event_emitter__, __event_call__))
                return {"success": True, "message": "Started"}

            async def work(self, emit, call):
                await call({"type": "confirm", "data": {"title": "Go on?"}})
                for step in range(4):
                    await emit({"type": "progress", "data": {"progress": 25 * (step + 1)}})
    """)
    assert (await user.clicked(action, chat))["success"] is True
    run = await user.last_run(action, "background")
    assert run["result"] == {"success": True, "message": "Started"}
    await user.answer(True)
    await user.last_run(action, "done")
    assert (await user.message(chat))["statusHistory"] == [{"progress": 100, "done": True}]


@pytest.mark.spec("A4")
async def test_an_action_called_by_another_function(theatre: Theatre) -> None:
    user = theatre.user
    inner = await theatre.install("""
        class Action:
            async def action(self, body, __id__=None, __event_emitter__=None):
                await __event_emitter__({"type": "status", "data": {"description": "inside", "done": True}})
                return {"content": body["content"] + body.get("more", ""), "seen": body["chat_id"]}
    """)
    outer = await theatre.install(f"""
        class Action:
            async def action(self, body, __event_call__=None):
                data = {{"id": "{inner}", "body": {{"content": "x", "more": "y"}}}}
                return {{"inner": await __event_call__({{"type": "action", "data": data}})}}
    """)
    chat = await user.chat()
    answer = await user.clicked(outer, chat)
    assert answer == {"inner": {"content": "xy", "seen": chat}}
    assert (await user.message(chat))["statusHistory"] == [{"description": "inside", "done": True}]
    assert (await user.last_run(inner, "done"))["trigger"] == "function"


@pytest.mark.spec("A4")
async def test_actions_that_call_each_other_for_ever_end(theatre: Theatre) -> None:
    action = await theatre.install(
        """
        class Action:
            async def action(self, body, __id__=None, __event_call__=None):
                return await __event_call__({"type": "action", "data": {"id": __id__}})
        """,
        "ouroboros",
    )
    answer = await theatre.user.run(action, {})
    assert "call each other" in answer.json()["detail"]


@pytest.mark.spec("E6")
async def test_without_a_chat_events_stay_with_the_run(theatre: Theatre) -> None:
    action = await theatre.install("""
        class Action:
            async def action(self, body, __event_emitter__=None):
                await __event_emitter__({"type": "status", "data": {"description": "step"}})
                print("printed")
    """)
    assert (await theatre.user.run(action, {})).status_code == 200
    run = await theatre.user.last_run(action, "done")
    logs = (await theatre.user.http.get(f"/api/v1/runs/{run['id']}/logs")).json()
    assert ("event", 'status {"description":"step"}') in [(line["level"], line["text"]) for line in logs]
    assert any(line["text"] == "printed" for line in logs)
