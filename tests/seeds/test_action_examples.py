"""Every action of the seed documents is saved, run, and does what its text says."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from penstock.errors import SourceError
from tests.acting import Person, Theatre
from tests.realtime.joined import joined
from tests.seeds import examples

pytestmark = pytest.mark.anyio

REPORT = {"main": {"temp": 7, "humidity": 80}, "weather": [{"description": "light rain"}]}


class Service(BaseHTTPRequestHandler):
    """Stands for a service: a POST comes back, a GET is the weather."""

    def do_POST(self) -> None:
        sent = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self._answer(500 if sent.get("fail") else 200, {"received": sent})

    def do_GET(self) -> None:
        self._answer(200, REPORT)

    def _answer(self, status: int, body: Any) -> None:
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def log_message(self, *_: Any) -> None: ...


@pytest.fixture(scope="module")
def service() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Service) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


async def granted(theatre: Theatre, action: str, service: str) -> None:
    """Let an action reach a service of this machine, which admins must allow."""
    headers = {"Authorization": f"Bearer {theatre.admin.token}"}
    body = {"hosts": [service.removeprefix("http://")]}
    answer = await theatre.admin.http.post(f"/api/v1/functions/id/{action}/rights", json=body, headers=headers)
    assert answer.status_code == 200, answer.text


async def toast_of(theatre: Theatre, who: Person, action: str, **body: Any) -> tuple[str, str]:
    """Click an action in a new chat; the kind and the text of the toast that follows."""
    chat = await who.chat()
    async with joined(theatre.server.url, who.token) as tab:
        await who.clicked(action, chat, **body)
        toast = (await tab.saw("notification"))["data"]["data"]
    return toast["type"], toast["content"]


@pytest.mark.spec("M2")
@pytest.mark.spec("A5")
async def test_template(theatre: Theatre) -> None:
    action = await theatre.install(examples.TEMPLATE)
    assert await theatre.user.clicked(action, await theatre.user.chat()) is None


@pytest.mark.spec("A3")
async def test_file_upload(theatre: Theatre) -> None:
    action = await theatre.install(examples.FILE_UPLOAD)
    file = {"name": "a.txt", "content": "abc"}
    answer = (await theatre.user.run(action, {"file": file})).json()
    assert answer == {"success": True, "message": "File processed successfully", "data": {"name": "a.txt", "size": 3}}
    assert await toast_of(theatre, theatre.user, action) == ("error", "No file provided")
    assert (await theatre.user.run(action, {"file": {"name": "x"}})).json()["success"] is False


@pytest.mark.spec("A5")
async def test_external_api_call(theatre: Theatre, service: str) -> None:
    action = await theatre.install(examples.API_CALL, valves={"api_endpoint": service})
    await granted(theatre, action, service)
    chat = await theatre.user.chat()
    await theatre.user.clicked(action, chat, parameters={"a": 1})
    (item,) = (await theatre.user.message(chat))["output"]
    assert (item["kind"], item["data"]) == ("json", {"received": {"a": 1}})
    kind, content = await toast_of(theatre, theatre.user, action, parameters={"fail": True})
    assert kind == "error"
    assert content.startswith("API call failed: 500")


@pytest.mark.spec("A5")
@pytest.mark.parametrize(("wanted", "text"), [("csv", "a,b\n1,2"), ("json", '[\n  {\n    "a": 1,\n    "b": 2\n  }\n]')])
async def test_data_export(theatre: Theatre, wanted: str, text: str) -> None:
    user = theatre.user
    action = await theatre.install(examples.DATA_EXPORT)
    chat = await user.chat()
    await user.clicked(action, chat, format=wanted, data=[{"a": 1, "b": 2}])
    (item,) = (await user.message(chat))["output"]
    assert (item["kind"], item["data"], item["file"]["name"]) == ("text", text, f"export.{wanted}")
    assert (await user.http.get(item["file"]["url"])).text == text


async def test_data_export_of_an_unknown_format(theatre: Theatre) -> None:
    action = await theatre.install(examples.DATA_EXPORT)
    assert await toast_of(theatre, theatre.user, action, format="xls") == ("error", "Unsupported format: xls")


@pytest.mark.spec("I3")
@pytest.mark.spec("I4")
async def test_background_task(theatre: Theatre) -> None:
    user = theatre.user
    action = await theatre.install(examples.BACKGROUND_TASK.replace("sleep(1)", "sleep(0.03)"))
    chat = await user.chat()
    async with joined(theatre.server.url, user.token) as tab:
        answer = await user.clicked(action, chat)
        assert (answer["success"], answer["message"]) == (True, "Background task started")
        assert answer["task_id"]
        await tab.saw("progress", 10)
    await user.last_run(action, "done")
    (entry,) = (await user.message(chat))["statusHistory"]
    assert (entry["progress"], entry["done"]) == (100, True)


@pytest.mark.spec("I1")
async def test_permission_check(theatre: Theatre) -> None:
    action = await theatre.install(examples.PERMISSION_CHECK)
    assert await toast_of(theatre, theatre.user, action) == ("error", "Insufficient permissions")
    assert await toast_of(theatre, theatre.admin, action) == ("success", "Action executed")


@pytest.mark.spec("A4")
@pytest.mark.parametrize(
    ("body", "answer"),
    [
        ({"operation": "add", "num1": 2, "num2": 3}, 5),
        ({"operation": "subtract", "num1": 2, "num2": 3}, -1),
        ({"operation": "multiply", "num1": 2, "num2": 3}, 6),
        ({"operation": "divide", "num1": 3, "num2": 2}, 1.5),
        ({"operation": "divide", "num1": 3}, "Division by zero"),
        ({"operation": "power"}, "Unknown operation: power"),
        ({"operation": "add", "num1": "x", "num2": 1}, "Calculation error"),
    ],
)
async def test_calculator(theatre: Theatre, body: dict[str, Any], answer: Any) -> None:
    if not await theatre.services.store.functions.get("calculator"):
        await theatre.install(examples.CALCULATOR, "calculator")
    result = (await theatre.user.run("calculator", body)).json()
    if result["success"]:
        assert result["data"] == {"operation": body["operation"], "result": answer}
    else:
        assert answer in result["message"]


@pytest.mark.spec("I6")
@pytest.mark.spec("E1")
async def test_prints_and_status(theatre: Theatre) -> None:
    user = theatre.user
    action = await theatre.install(examples.DEBUG_PRINTS)
    chat = await user.chat()
    await user.clicked(action, chat)
    assert (await user.message(chat))["statusHistory"] == [{"description": "Processing...", "done": False}]
    run = await user.last_run(action, "done")
    lines = [line["text"] for line in (await user.http.get(f"/api/v1/runs/{run['id']}/logs")).json()]
    assert lines[0].startswith("Action called with body: {")
    assert lines[1:] == ["User: Una", "Returning result: {'success': True, 'message': 'Described', 'data': {}}"]


@pytest.mark.spec("E3")
@pytest.mark.spec("A5")
@pytest.mark.parametrize(
    ("style", "text"), [("formal", "Formal version: Hello there"), ("simple", "Simplified: hello there")]
)
async def test_message_enhancement(theatre: Theatre, style: str, text: str) -> None:
    user = theatre.user
    action = await theatre.install(examples.ENHANCE)
    chat = await user.chat("Hello There")
    click = asyncio.ensure_future(user.clicked(action, chat))
    question = await user.answer(style)
    assert question["data"]["default"] == "formal"
    await click
    message = await user.message(chat)
    assert (message["content"], message["originalContent"]) == (text, "Hello There")
    assert message["metadata"] == {"original_message": "Hello There", "enhancement_type": style}
    assert message["statusHistory"] == [{"description": "Enhancing message...", "done": False}]


@pytest.mark.spec("L4")
async def test_data_visualization_as_written_is_refused_at_the_brace_that_is_missing(theatre: Theatre) -> None:
    with pytest.raises(SourceError, match="f-string") as caught:
        await theatre.install(examples.VISUALIZE, "visualize")
    wrong = next(n for n, line in enumerate(examples.VISUALIZE.splitlines(), 1) if "datasets" in line)
    assert caught.value.fields["line"] == wrong
    assert await theatre.services.store.functions.get("visualize") is None


@pytest.mark.spec("A5")
async def test_data_visualization(theatre: Theatre) -> None:
    user = theatre.user
    action = await theatre.install(examples.VISUALIZE.replace("{data}}]", "{data}}}]"))
    assert await toast_of(theatre, user, action) == ("error", "No structured data found")
    chat = await user.chat("3 apples and 4 pears")
    click = asyncio.ensure_future(user.clicked(action, chat))
    await user.answer("bar")
    await click
    message = await user.message(chat)
    assert message["content"].startswith("<img src='https://quickchart.io/chart?c={type:'bar'")
    assert message["metadata"] == {"chart_type": "bar", "data_points": 2}


@pytest.mark.spec("L7")
@pytest.mark.spec("I7")
async def test_weather_as_written_ends_at_the_line_that_is_wrong(theatre: Theatre) -> None:
    user = theatre.user
    action = await theatre.install(examples.WEATHER)
    answer = await user.run(action, {"content": "weather in Oslo"})
    assert (answer.status_code, answer.json()["code"]) == (409, "needs_configuration")
    assert "weather_api_key" in answer.json()["detail"]
    await theatre.services.store.valves.set(action, {"weather_api_key": "secret-key"})
    answer = await theatre.admin.run(action, {"content": "weather in Oslo"})
    assert answer.json()["code"] == "run_failed"
    assert "AttributeError" in answer.json()["detail"]
    assert "AsyncClient" in answer.json()["detail"]
    wrong = examples.WEATHER.splitlines().index("        async with requests.AsyncClient() as client:") + 1
    assert answer.json()["line"] == wrong
    assert "secret-key" not in answer.text


@pytest.mark.spec("E3")
async def test_weather_with_httpx(theatre: Theatre, service: str) -> None:
    user = theatre.user
    source = examples.WEATHER.replace("requests", "httpx").replace("https://api.openweathermap.org", service)
    action = await theatre.install(source, valves={"weather_api_key": "k"})
    await granted(theatre, action, service)
    for content, given, location in (("in Rome", None, "Rome"), ("x", "Oslo", "Oslo"), ("x", None, "New York")):
        chat = await user.chat(f"weather {content}")
        click = asyncio.ensure_future(user.clicked(action, chat))
        if content == "x":
            question = await user.answer(given)
            assert question["data"]["placeholder"] == "New York"
        await click
        message = await user.message(chat)
        assert message["content"].splitlines() == [
            f"Weather in {location}:",
            "Temperature: 7°C",
            "Conditions: light rain",
            "Humidity: 80%",
        ]


@pytest.mark.spec("A6")
async def test_multi_step_workflow(theatre: Theatre) -> None:
    user = theatre.user
    action = await theatre.install(examples.MULTI_STEP)
    chat = await user.chat("one two three")
    click = asyncio.ensure_future(user.clicked(action, chat))
    assert (await user.answer(True))["type"] == "confirm"
    assert "title" not in (await user.answer("keywords"))["data"]
    await click
    assert (await user.message(chat))["content"] == "keywords of 3 words"
    click = asyncio.ensure_future(user.clicked(action, chat))
    await user.answer(False)
    assert await click == {"status": "cancelled"}


@pytest.mark.spec("E1")
async def test_progress_as_a_fraction(theatre: Theatre) -> None:
    user = theatre.user
    action = await theatre.install(examples.PROGRESS.replace("sleep(0.5)", "sleep(0.01)"))
    chat = await user.chat()
    await user.clicked(action, chat)
    message = await user.message(chat)
    assert [entry["done"] for entry in message["statusHistory"]] == [0, 0.2, 0.4, 0.6, 0.8, 1.0, 1]
    assert message["content"] == "Operation completed successfully"


@pytest.mark.spec("A5")
@pytest.mark.spec("I1")
async def test_a_returned_traceback(theatre: Theatre) -> None:
    action = await theatre.install(examples.DEBUG_TRACEBACK)
    assert (await theatre.user.run(action, {"by": 4})).json() == {"content": "2.5"}
    assert (await theatre.user.run(action, {"by": 0})).json() == {"error": "division by zero"}
    assert "ZeroDivisionError" in (await theatre.admin.run(action, {"by": 0})).json()["traceback"]
    assert await toast_of(theatre, theatre.user, action, by=0) == ("error", "division by zero")
