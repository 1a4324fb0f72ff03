"""The socket as clients of Open WebUI speak it, with a real client against a real server."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
import socketio

from penstock.realtime.hub import Target
from tests.acting import Person, Theatre, person
from tests.realtime.joined import NO_ANSWER, Answers, Joined, joined
from tests.waiting import eventually

pytestmark = pytest.mark.anyio


@pytest.fixture
async def url(theatre: Theatre) -> str:
    return theatre.server.url


@pytest.fixture
async def una(theatre: Theatre) -> Person:
    return theatre.user


def answering(value: Any) -> Answers:
    """Answers every question in the same way."""

    async def answer(event: dict[str, Any]) -> Any:
        return value if "interaction_id" in (event["data"]["data"] or {}) else NO_ANSWER

    return answer


async def ask(theatre: Theatre, who: Person, type: str, data: Any = None, session_id: str | None = None) -> Any:
    target = Target.of(who.user.id, None, None, session_id)
    return await theatre.services.questions.ask(target, "run", type, data, deadline=10)


async def test_joining(url: str, una: Person) -> None:
    async with joined(url, una.token) as tab:
        assert tab.me == {"id": una.user.id, "name": "Una"}
        assert await tab.client.call("user-join", {"auth": {"token": "bad"}}) is None
        await tab.client.emit("heartbeat", {})


@pytest.mark.parametrize("token", ["", "bad", "sk-" + "0" * 32])
async def test_a_bad_token_is_refused(url: str, token: str) -> None:
    client = Joined(url, token)
    said: list[Any] = []
    client.client.on("connect_error", said.append)
    with pytest.raises(socketio.exceptions.ConnectionError):
        await client.connect()
    assert "Sign in" in str(said)


async def test_a_client_may_say_only_on_joining_who_it_is(theatre: Theatre, url: str, una: Person) -> None:
    client = Joined(url, una.token)
    await client.client.connect(url, socketio_path="/ws/socket.io", transports=["websocket"])
    assert await client.client.call("user-join", {"auth": {"token": "bad"}}) is None
    assert await client.client.call("user-join", {}) is None
    theatre.services.hub.emit(Target.of(una.user.id, None), "notification", {"content": "unseen"})
    await client.join()
    assert client.me == {"id": una.user.id, "name": "Una"}
    theatre.services.hub.emit(Target.of(una.user.id, None), "notification", {"content": "seen"})
    assert (await client.saw("notification"))["data"]["data"] == {"content": "seen"}
    assert len(client.events) == 1
    await client.client.disconnect()


async def test_a_client_that_never_says_who_it_is_is_disconnected(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("penstock.realtime.gateway.NAMED_WITHIN", 0.05)
    client = socketio.AsyncClient(reconnection=False)
    await client.connect(url, socketio_path="/ws/socket.io", transports=["websocket"])
    await eventually(lambda: not client.connected)


@pytest.mark.spec("E2")
async def test_every_tab_of_the_user_sees_events_verbatim_and_nobody_else(theatre: Theatre, url: str) -> None:
    una, ada = theatre.user, theatre.admin
    chat = await una.chat()
    payload = {"odd": [None, 1.5, "ü", {"deep": True}]}
    async with joined(url, una.token) as one, joined(url, una.token) as two, joined(url, ada.token) as stranger:
        theatre.services.hub.emit(Target.of(una.user.id, chat, "b"), "weather:changed", payload)
        theatre.services.hub.emit(Target.of(ada.user.id, None), "notification", {"content": "for Ada"})
        for tab in (one, two):
            event = await tab.saw("weather:changed")
            assert event["data"] == {"type": "weather:changed", "data": payload}
            assert (event["chat_id"], event["message_id"]) == (chat, "b")
        await stranger.saw("notification")
        assert stranger.types() == ["notification"]


@pytest.mark.spec("E2")
async def test_a_client_that_was_away_catches_up(theatre: Theatre, url: str, una: Person) -> None:
    hub = theatre.services.hub
    target = Target.of(una.user.id, await una.chat(), "b")
    async with joined(url, una.token) as tab:
        hub.emit(target, "message", {"content": "1"})
        last = (await tab.saw("message"))["seq"]
    hub.emit(target, "message", {"content": "2"})
    hub.emit(target, "status", {"description": "3"})
    client = Joined(url, una.token)
    await client.connect()
    hub.emit(target, "message", {"content": "4"})
    await client.join(last_event_id=last)
    hub.emit(target, "message", {"content": "5"})
    await eventually(lambda: "5" in str(client.events))
    texts = [event["data"]["data"].get("content") for event in client.events]
    assert "".join(text or "3" for text in texts) == "2345"
    seqs = [event["seq"] for event in client.events]
    assert seqs == sorted(set(seqs))
    await client.client.disconnect()
    over_http = (await una.http.get("/api/v1/events", params={"after": last})).json()
    assert [event["data"]["type"] for event in over_http["events"]] == ["message", "status", "message", "message"]
    assert over_http["last"] == over_http["events"][-1]["seq"]
    async with joined(url, una.token, last_event_id=10**9) as tab:
        assert (await tab.saw("events:gap"))["data"]["data"]["last"] == over_http["last"]


@pytest.mark.spec("E2")
async def test_many_events_arrive_in_order_and_whole(theatre: Theatre, url: str, una: Person) -> None:
    target = Target.of(una.user.id, None)
    async with joined(url, una.token) as tab:
        for n in range(3000):
            theatre.services.hub.emit(target, "message", {"content": f"{n},"})
            if n % 7 == 0:
                await asyncio.sleep(0)
        theatre.services.hub.emit(target, "end", {})
        await tab.saw("end")
        text = "".join(event["data"]["data"].get("content", "") for event in tab.events)
        assert text == "".join(f"{n}," for n in range(3000))


@pytest.mark.spec("E3")
@pytest.mark.parametrize(
    ("type", "data", "given", "told"),
    [
        ("confirmation", {"title": "Sure?"}, True, True),
        ("confirm", {}, False, False),
        ("confirm", {}, None, False),
        ("input", {}, "text", "text"),
        ("input", {}, None, None),
        ("select", {"options": [{"label": "A", "value": "a"}, "b"]}, "b", "b"),
        ("execute", {"code": "return {a: 1}"}, {"a": 1}, {"a": 1}),
        ("execute", {"code": "return null"}, None, None),
        ("weather:ask", {}, ["sun"], ["sun"]),
    ],
)
async def test_an_acknowledgement_is_the_answer(
    theatre: Theatre, url: str, una: Person, type: str, data: Any, given: Any, told: Any
) -> None:
    async def answer(event: dict[str, Any]) -> Any:
        return given if event["data"]["type"] == type else NO_ANSWER

    async with joined(url, una.token, answer) as tab:
        assert await ask(theatre, una, type, data) == told
        done = await tab.saw("request:interaction:done")
        assert done["data"]["data"]["interaction_id"] == tab.events[0]["data"]["data"]["interaction_id"]


@pytest.mark.spec("E3")
async def test_an_acknowledgement_without_argument_is_no_answer(theatre: Theatre, url: str, una: Person) -> None:
    async with joined(url, una.token) as silent, joined(url, una.token) as other:
        asked = asyncio.ensure_future(ask(theatre, una, "input", {"title": "Name?"}))
        await silent.saw("input")
        await other.saw("input")
        await asyncio.sleep(0.05)
        assert not asked.done()
        await una.answer("over HTTP")
        assert await asked == "over HTTP"
        await silent.saw("request:interaction:done")


@pytest.mark.spec("E4")
async def test_a_question_waits_for_whoever_of_the_user_comes(theatre: Theatre, url: str, una: Person) -> None:
    asked = asyncio.ensure_future(ask(theatre, una, "confirm", {"title": "Go?"}))
    await una.question()
    async with joined(url, una.token) as leaver:
        await leaver.saw("confirm")
    assert not asked.done()
    async with joined(url, una.token, answering(True)):
        assert await asked is True


@pytest.mark.spec("E4")
async def test_an_answer_that_does_not_fit_is_asked_again(theatre: Theatre, url: str, una: Person) -> None:
    given = iter(["c", "a"])

    async def answer(event: dict[str, Any]) -> Any:
        return next(given) if event["data"]["type"] == "select" else NO_ANSWER

    async with joined(url, una.token, answer) as tab:
        assert await ask(theatre, una, "select", {"options": ["a", "b"]}) == "a"
        assert (await tab.saw("notification"))["data"]["data"]["type"] == "error"


@pytest.mark.spec("E3")
async def test_what_acts_in_a_page_goes_to_the_tab_that_it_came_from(theatre: Theatre, url: str, una: Person) -> None:
    async with joined(url, una.token, answering("here")) as one, joined(url, una.token, answering("there")) as two:
        session = str(one.client.get_sid())
        assert await ask(theatre, una, "execute", {"code": "1"}, session) == "here"
        await one.saw("request:interaction:done")
        await two.saw("request:interaction:done")
        assert "execute" not in two.types()


@pytest.mark.spec("E3")
async def test_what_a_page_does_not_do_is_offered_to_the_others(theatre: Theatre, url: str, una: Person) -> None:
    async with joined(url, una.token) as silent, joined(url, una.token, answering("there")):
        assert await ask(theatre, una, "execute", {"code": "1"}, str(silent.client.get_sid())) == "there"
    async with joined(url, una.token) as leaving:
        stays = Joined(url, una.token, answering("there"))
        hangs = asyncio.Event()

        async def never(event: dict[str, Any]) -> Any:
            await hangs.wait()
            return NO_ANSWER

        leaving._answers = never
        await stays.connect()
        await stays.join()
        asked = asyncio.ensure_future(ask(theatre, una, "execute", {"code": "1"}, str(leaving.client.get_sid())))
        await leaving.saw("execute")
        await leaving.client.disconnect()
        assert await asked == "there"
        hangs.set()
        await stays.client.disconnect()


async def test_who_is_signed_out_or_deleted_is_disconnected(theatre: Theatre, url: str) -> None:
    eve = await person(theatre.server, "eve", "user")
    async with joined(url, eve.token) as tab:
        await theatre.services.store.users.update(eve.user.id, role="pending")
        theatre.services.hub.access_changed(eve.user.id)
        await eventually(lambda: not tab.client.connected)
    await theatre.services.store.users.update(eve.user.id, role="user")
    async with joined(url, eve.token) as tab:
        assert theatre.services.gateway.sessions(eve.user.id)
        assert (await eve.http.get("/api/v1/auths/signout")).status_code == 200
        await eventually(lambda: not tab.client.connected)
    assert theatre.services.gateway.sessions(eve.user.id) == []
    await eve.http.aclose()


async def test_a_client_that_never_joins_gets_its_events_all_the_same(
    theatre: Theatre, url: str, una: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("penstock.realtime.gateway.JOIN_WITHIN", 0.1)
    client = Joined(url, una.token)
    await client.connect()
    theatre.services.hub.emit(Target.of(una.user.id, None), "notification", {"content": "x"})
    await client.saw("notification")
    await client.client.disconnect()


@pytest.mark.parametrize("transports", [("polling",), ("polling", "websocket")])
async def test_clients_without_websockets(theatre: Theatre, url: str, una: Person, transports: tuple[str, ...]) -> None:
    client = Joined(url, una.token, answering("polled"))
    await client.connect(*transports)
    await client.join()
    for n in range(200):
        theatre.services.hub.emit(Target.of(una.user.id, None), "status", {"description": str(n)})
    assert await ask(theatre, una, "input") == "polled"
    assert [event["data"]["data"]["description"] for event in client.events[:200]] == [str(n) for n in range(200)]
    await client.client.disconnect()
