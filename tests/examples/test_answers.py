"""The model and the filters of the examples over the API."""

from __future__ import annotations

from typing import Any

import pytest

from tests.acting import Person, Theatre

pytestmark = pytest.mark.anyio


async def ask(person: Person, *said: str, **more: Any) -> str:
    messages = [{"role": "user", "content": text} for text in said]
    answer = await person.http.post("/api/chat/completions", json={"model": "guide", "messages": messages, **more})
    assert answer.status_code == 200, answer.text
    return str(answer.json()["choices"][0]["message"]["content"])


@pytest.mark.parametrize(
    ("said", "answers"),
    [
        ("Tell me about streaming", "### Streaming"),
        ("numbers, please", "| Q4 | 1490 | 385 |"),
        ("Some CODE", "```python"),
        ("a formula", "$$ P ="),
        ("your sources?", "### Sources"),
        ("which buttons", "**Count words** and **Outline**"),
        ("Good morning", "You said: *Good morning*"),
    ],
)
async def test_the_guide_knows_its_topics(examples: Theatre, said: str, answers: str) -> None:
    assert answers in await ask(examples.user, said)


async def test_the_guide_reads_messages_in_parts(examples: Theatre) -> None:
    parts = [{"type": "text", "text": "maths"}, {"type": "image_url", "image_url": {"url": "data:,"}}]
    body = {"model": "guide", "messages": [{"role": "user", "content": parts}]}
    answer = await examples.user.http.post("/api/chat/completions", json=body)
    assert "Head and power" in answer.text


async def test_the_guide_greets_as_one_likes(examples: Theatre) -> None:
    user = examples.user
    assert (await ask(user, "Hi")).startswith("Hello Una!")
    path = "/api/v1/functions/id/guide/valves/user/update"
    assert (await user.http.post(path, json={"greeting": "Ahoy"})).status_code == 200
    assert (await ask(user, "Hi")).startswith("Ahoy!")
    assert (await ask(examples.admin, "Hi")).startswith("Hello Ada!")


async def test_brief_answers_only_when_switched_on(examples: Theatre) -> None:
    assert await ask(examples.user, "maths", filter_ids=["brief"]) == "### Head and power\n"
    assert len(await ask(examples.user, "maths")) > 100


@pytest.mark.parametrize(
    "secret", ["sk-abcdefghijklmnopqrst", "ghp_abcdefghijklmnopqrst", "AKIAABCDEFGHIJKLMNOP", "password: hunter2"]
)
async def test_secrets_are_masked(examples: Theatre, secret: str) -> None:
    answer = await ask(examples.user, f"It is {secret} indeed")
    assert "[secret] indeed" in answer
    assert secret not in answer


async def test_what_is_no_secret_stays(examples: Theatre) -> None:
    assert "sk-short and task-oriented-approaches" in await ask(examples.user, "sk-short and task-oriented-approaches")
