"""The actions of the examples over the API: what they answer, and what they answer to bad input."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from typing import Any

import pytest

from tests.acting import Theatre
from tests.examples.conftest import set_valves

pytestmark = pytest.mark.anyio

TABLE = "Flows:\n\n| Quarter | Flow |\n|---|---:|\n| Q1 | 1200 |\n| Q2 | 1850 |\n"


@pytest.mark.spec("A3", "A4")
@pytest.mark.parametrize(
    ("body", "success", "says"),
    [
        ({"operation": "add", "num1": 5, "num2": 3}, True, 8),
        ({"operation": "subtract", "num1": 5, "num2": 3}, True, 2),
        ({"operation": "multiply", "num1": 5, "num2": 3}, True, 15),
        ({"operation": "divide", "num1": 5, "num2": 2}, True, 2.5),
        ({"operation": "divide", "num1": 5, "num2": 0}, False, "Division by zero"),
        ({"operation": "root", "num1": 5}, False, "Unknown operation: root"),
    ],
)
async def test_calculator(examples: Theatre, body: dict[str, Any], success: bool, says: Any) -> None:
    answer = (await examples.user.run("calculator", body)).json()
    assert answer["success"] is success
    assert (answer["data"]["result"] if success else answer["message"]) == says


@pytest.mark.parametrize(
    ("expression", "says"),
    [
        ("(2 + 3) * 4", "(2 + 3) * 4 = 20"),
        ("-7 / 2", "-7 / 2 = -3.5"),
        ("1 / 0", "Division by zero"),
        ("__import__('os')", "Cannot calculate"),
        ("2 ** 9", "Cannot calculate"),
        ("(" * 500, "Cannot calculate"),
        ("9" * 400 + " * 1.5", "Cannot calculate"),
    ],
)
async def test_calculator_in_a_chat(examples: Theatre, expression: str, says: str) -> None:
    user = examples.user
    click = asyncio.ensure_future(user.clicked("calculator", await user.chat()))
    await user.answer(expression)
    assert (await click)["message"].startswith(says)


@pytest.mark.parametrize("style", ["formal", "plain", "bullets", "summary"])
async def test_improve_replaces_the_text_and_keeps_the_old(examples: Theatre, style: str) -> None:
    user = examples.user
    text = "It's late, however we don't utilise the gate. It waits."
    chat = await user.chat(text)
    click = asyncio.ensure_future(user.clicked("improve", chat))
    await user.answer(style)
    await click
    message = await user.message(chat)
    assert message["content"] != text
    assert message["originalContent"] == text
    undone = await user.http.post(f"/api/v1/chats/{chat}/messages/b/undo", json={})
    assert undone.status_code == 200
    assert (await user.message(chat))["content"] == text


@pytest.mark.parametrize(("kind", "draws"), [("bar", "<rect"), ("line", "<polyline"), ("pie", "<path")])
async def test_chart_draws_the_table(examples: Theatre, kind: str, draws: str) -> None:
    user = examples.user
    chat = await user.chat(TABLE)
    click = asyncio.ensure_future(user.clicked("chart", chat))
    await user.answer(kind)
    await click
    (embed,) = (await user.message(chat))["embeds"]
    assert draws in embed
    assert "Q2" in embed


async def test_chart_without_numbers(examples: Theatre) -> None:
    user = examples.user
    assert await user.clicked("chart", await user.chat("none here")) == {
        "error": "There are no numbers in this message."
    }


async def test_export_of_a_message(examples: Theatre) -> None:
    user = examples.user
    chat = await user.chat(TABLE)
    click = asyncio.ensure_future(user.clicked("export", chat))
    await user.answer("csv")
    await click
    (item,) = (await user.message(chat))["output"]
    content = (await user.http.get(item["file"]["url"])).text
    assert list(csv.DictReader(io.StringIO(content))) == [
        {"Quarter": "Q1", "Flow": "1200"},
        {"Quarter": "Q2", "Flow": "1850"},
    ]


async def test_export_of_data_that_the_api_sends(examples: Theatre) -> None:
    rows = [{"a": 1, "b": "ü"}, {"a": 2, "c": [1]}]
    answer = (await examples.user.run("export", {"format": "json", "data": rows})).json()
    assert json.loads(answer["data"]) == rows
    answer = (await examples.user.run("export", {"format": "csv", "data": rows})).json()
    assert answer["data"].splitlines()[0] == "a,b,c"
    answer = (await examples.user.run("export", {"format": "pdf", "data": rows})).json()
    assert (answer["success"], answer["message"]) == (False, "Unsupported format: pdf")


@pytest.mark.parametrize(
    ("kind", "finds"), [("mood", "friendly"), ("keywords", "water"), ("summary", "Good water. It is clear")]
)
async def test_analyse(examples: Theatre, kind: str, finds: str) -> None:
    user = examples.user
    chat = await user.chat("Good water. It is clear. Water, great water.")
    click = asyncio.ensure_future(user.clicked("analyse", chat))
    await user.answer(True)
    await user.answer(kind)
    await click
    message = await user.message(chat)
    assert f"**{kind.capitalize()}:**" in message["content"]
    assert finds in message["content"].rpartition(":**")[2]
    assert [entry["done"] for entry in message["statusHistory"]] == [0.2, 0.4, 0.6, 0.8, 1.0]


@pytest.mark.parametrize("answers", [[False], [True, None]])
async def test_analyse_is_left(examples: Theatre, answers: list[Any]) -> None:
    user = examples.user
    chat = await user.chat("Water.")
    click = asyncio.ensure_future(user.clicked("analyse", chat))
    for answer in answers:
        await user.answer(answer)
    assert await click == {"status": "cancelled"}
    assert (await user.message(chat))["content"] == "Water."


async def test_long_job_goes_on_after_its_answer(examples: Theatre) -> None:
    user = examples.user
    await set_valves(examples.admin.http, "long_job", steps=4, pause=0.01)
    chat = await user.chat()
    answer = await user.clicked("long_job", chat)
    assert answer["success"] is True
    await user.last_run("long_job", "done")
    (entry,) = (await user.message(chat))["statusHistory"]
    assert (entry["description"], entry["progress"]) == (f"Job {answer['task_id']}", 100)


async def test_admin_report_checks_who_asks(examples: Theatre) -> None:
    allowed, refused = examples.admin, examples.user
    answer = await allowed.clicked("admin_report", await allowed.chat("four"))
    assert [row["role"] for row in answer["data"]] == ["user", "assistant"]
    answer = await refused.clicked("admin_report", await refused.chat("four"))
    assert answer["success"] is False
    assert "data" not in answer


async def test_text_tools(examples: Theatre) -> None:
    user = examples.user
    chat = await user.chat("# One\n\ntwo words\n\n## Three")
    counted = await user.clicked("text_tools.count", chat)
    assert counted["data"] == {"words": 4, "characters": 26, "lines": 5}
    outlined = await user.clicked("text_tools.outline", chat)
    assert outlined["data"] == "- One\n  - Three"
