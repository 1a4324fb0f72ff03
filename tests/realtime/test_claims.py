"""What acts in a page is begun by one tab, and by no second one when the first is gone."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from penstock.realtime.hub import Author, Target
from tests.acting import Person, Theatre
from tests.realtime.joined import Joined, joined

pytestmark = [pytest.mark.anyio, pytest.mark.spec("E4")]


@pytest.fixture
async def url(theatre: Theatre) -> str:
    return theatre.server.url


@pytest.fixture
async def una(theatre: Theatre) -> Person:
    return theatre.user


async def begun(client: Joined, question_id: str, tab: str) -> bool:
    return bool(await client.client.call("question:begin", {"id": question_id, "tab": tab}))


def asked_of(event: dict[str, Any]) -> str:
    return str(event["data"]["data"]["interaction_id"])


def ask(theatre: Theatre, who: Person, author: Author | None = None) -> asyncio.Task[Any]:
    target = Target(who.user.id, author=author)
    work = theatre.services.questions.ask(target, "run", "execute", {"code": "return 1"}, deadline=10)
    return asyncio.get_running_loop().create_task(work)


async def test_one_tab_begins(theatre: Theatre, url: str, una: Person) -> None:
    other = theatre.admin
    async with joined(url, una.token) as one, joined(url, una.token) as two, joined(url, other.token) as stranger:
        task = ask(theatre, una)
        question = asked_of(await one.saw("execute"))
        await two.saw("execute")
        assert not await begun(stranger, question, "s")
        assert not await begun(one, "no such question", "1")
        assert await begun(one, question, "1")
        assert not await begun(two, question, "2")
        assert await begun(one, question, "1")
        await theatre.services.questions.answer(question, una.user, 1)
        assert await task == 1
        assert not await begun(one, question, "1")


async def test_a_tab_that_comes_back_goes_on(theatre: Theatre, url: str, una: Person) -> None:
    async with joined(url, una.token) as lost:
        task = ask(theatre, una)
        question = asked_of(await lost.saw("execute"))
        assert await begun(lost, question, "1")
    async with joined(url, una.token) as back, joined(url, una.token) as other:
        assert await begun(back, question, "1")
        assert not await begun(other, question, "2")
        assert "execute" not in other.types()
        await theatre.services.questions.answer(question, una.user, "ended")
        assert await task == "ended"


async def test_a_tab_that_does_not_come_back_ends_the_question(
    theatre: Theatre, url: str, una: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("penstock.realtime.gateway.BACK_WITHIN", 0.05)
    async with joined(url, una.token) as other:
        async with joined(url, una.token) as gone:
            task = ask(theatre, una)
            assert await begun(gone, asked_of(await gone.saw("execute")), "1")
        assert "closed before it ended" in (await task)["error"]
        await other.saw("request:interaction:done")


@pytest.mark.spec("H3")
async def test_an_event_says_whose_script_it_is(theatre: Theatre, url: str, una: Person) -> None:
    async with joined(url, una.token) as tab:
        for author in (Author("word", "Word", page_script=True), None):
            task = ask(theatre, una, author)
            event = await tab.saw("execute", 1 if author else 2)
            said = {"id": "word", "name": "Word", "page_script": True} if author else None
            assert event.get("function") == said
            await theatre.services.questions.answer(asked_of(event), una.user, None)
            assert await task is None


@pytest.mark.spec("E1")
async def test_what_is_emitted_to_act_in_a_page_is_not_repeated(theatre: Theatre, url: str, una: Person) -> None:
    target = Target.of(una.user.id, await una.chat(), "b")
    async with joined(url, una.token) as tab:
        theatre.services.hub.emit(target, "execute", {"code": "return 1"})
        event = await tab.saw("execute")
        assert event["seq"] is None
        assert await begun(tab, asked_of(event), "1")
        await theatre.services.questions.answer(asked_of(event), una.user, None)
        await tab.saw("request:interaction:done")
    async with joined(url, una.token, last_event_id=0) as later:
        theatre.services.hub.emit(target, "status", {"description": "after"})
        await later.saw("status")
        assert "execute" not in later.types()
