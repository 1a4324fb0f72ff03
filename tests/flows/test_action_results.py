"""What an action returns becomes visible under its message and stays there (spec A5)."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from tests.acting import Theatre
from tests.realtime.joined import joined

pytestmark = [pytest.mark.anyio, pytest.mark.spec("A5")]


def returning(expression: str) -> str:
    return f"""
        class Action:
            async def action(self, body, __user__=None):
                return {expression}
    """


@pytest.mark.parametrize(
    ("expression", "response"),
    [
        ("None", None),
        ('{"anything": [1, None]}', {"anything": [1, None]}),
        ("True", True),
        ("body['content'].upper()", "HELLO"),
        ("float('nan')", None),
        ("{1, 2}", [1, 2]),
    ],
)
async def test_the_answer_is_what_the_action_returned(theatre: Theatre, expression: str, response: Any) -> None:
    action = await theatre.install(returning(expression))
    assert await theatre.user.clicked(action, await theatre.user.chat()) == response


@pytest.mark.parametrize(
    "expression",
    [
        "body['content'].upper()",
        "{'content': body['content'].upper(), 'metadata': {'style': 'loud'}}",
        "{'messages': [{'id': body['id'], 'content': 'HELLO'}]}",
        "(body['messages'][-1].update(content='HELLO'), body)[1]",
        "(body.update(content='HELLO'), body)[1]",
        "(part for part in ['HEL', 'LO'])",
    ],
)
async def test_a_text_replaces_that_of_the_message_and_can_be_undone(theatre: Theatre, expression: str) -> None:
    user = theatre.user
    chat = await user.chat("hello")
    await user.clicked(await theatre.install(returning(expression)), chat)
    message = await user.message(chat)
    assert (message["content"], message["originalContent"]) == ("HELLO", "hello")
    assert message.get("metadata") == ({"style": "loud"} if "metadata" in expression else None)
    await user.http.post(f"/api/v1/chats/{chat}/messages/b/undo")
    assert (await user.message(chat))["content"] == "hello"


async def test_messages_are_merged_by_id(theatre: Theatre) -> None:
    user = theatre.user
    chat = await user.chat()
    action = await theatre.install(
        returning("{'messages': [{'id': 'a', 'content': 'HI', 'note': 1}, {'id': 'nowhere', 'content': 'x'}]}")
    )
    await user.clicked(action, chat)
    question = await user.message(chat, "a")
    assert (question["content"], question["originalContent"], question["note"]) == ("HI", "hi", 1)
    run = await user.last_run(action, "done")
    assert "There is no message 'nowhere'" in run["notes"][0]


async def test_a_message_becomes_a_toast_and_data_is_shown(theatre: Theatre) -> None:
    user = theatre.user
    chat = await user.chat()
    action = await theatre.install(
        returning("{'success': True, 'message': 'Counted', 'data': [{'word': 'a', 'count': 1}], 'format': 'csv'}")
    )
    async with joined(theatre.server.url, user.token) as tab:
        await user.clicked(action, chat)
        toast = await tab.saw("notification")
        assert toast["data"]["data"] == {"type": "success", "content": "Counted"}
        await tab.saw("action:finished")
    (item,) = (await user.message(chat))["output"]
    assert (item["kind"], item["data"], item["source"]) == ("table", [{"word": "a", "count": 1}], action)
    content = await user.http.get(item["file"]["url"])
    assert content.text == "word,count\na,1\n"


async def test_an_error_is_a_toast_and_its_traceback_only_for_admins(theatre: Theatre) -> None:
    action = await theatre.install(returning("{'error': 'No data', 'traceback': 'line 1'}"))
    seen = {}
    for who in (theatre.admin, theatre.user):
        chat = await who.chat()
        async with joined(theatre.server.url, who.token) as tab:
            seen[who.user.role] = await who.clicked(action, chat)
            finished = await tab.saw("action:finished")
            assert finished["data"]["data"]["status"] == "failed"
            assert tab.types().count("notification") == 1
    assert seen == {"admin": {"error": "No data", "traceback": "line 1"}, "user": {"error": "No data"}}


async def test_cancelled_changes_nothing(theatre: Theatre) -> None:
    user = theatre.user
    chat = await user.chat()
    action = await theatre.install(returning("{'status': 'cancelled'}"))
    before = await user.message(chat)
    async with joined(theatre.server.url, user.token) as tab:
        assert await user.clicked(action, chat) == {"status": "cancelled"}
        finished = await tab.saw("action:finished")
        assert finished["data"]["data"]["status"] == "cancelled"
        assert "notification" not in tab.types()
    assert await user.message(chat) == before


async def test_files_are_attached(theatre: Theatre) -> None:
    user = theatre.user
    chat = await user.chat()
    encoded = base64.b64encode(b"\x89PNG").decode()
    action = await theatre.install(
        returning(
            "{'files': [{'name': 'notes.txt', 'content': 'hi there'},"
            f" {{'name': 'dot.png', 'content_type': 'image/png', 'data': '{encoded}'}},"
            " {'url': 'https://example.com/far.pdf'}]}"
        )
    )
    await user.clicked(action, chat)
    notes, dot, far = (await user.message(chat))["files"]
    assert (notes["type"], dot["type"], far["url"]) == ("file", "image", "https://example.com/far.pdf")
    assert (await user.http.get(notes["url"])).text == "hi there"
    assert (await user.http.get(dot["url"])).content == b"\x89PNG"


async def test_a_file_of_the_functions_own_folder_is_attached_and_no_other(theatre: Theatre) -> None:
    user = theatre.user
    chat = await user.chat()
    action = await theatre.install(returning("{'files': [{'path': 'mine.txt'}, {'path': '/etc/hostname'}]}"))
    folder = theatre.server.settings.data_dir / "functions" / action
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "mine.txt").write_text("mine")
    await user.clicked(action, chat)
    (mine,) = (await user.message(chat))["files"]
    assert (await user.http.get(mine["url"])).text == "mine"
    assert any("/etc/hostname" in note for note in (await user.last_run(action, "done"))["notes"])


async def test_html_is_embedded(theatre: Theatre) -> None:
    user = theatre.user
    chat = await user.chat()
    action = await theatre.install("""
        from fastapi.responses import HTMLResponse

        class Action:
            async def action(self, body):
                if body["content"] == "pair":
                    return "<b>pair</b>", {"Content-Disposition": "inline"}
                return HTMLResponse("<b>drawn</b>", headers={"Content-Disposition": "inline"})
    """)
    assert (await user.clicked(action, chat))["status"] == "success"
    await user.clicked(action, chat, content="pair")
    assert (await user.message(chat))["embeds"] == ["<b>drawn</b>", "<b>pair</b>"]


async def test_bytes_and_attachments_are_files(theatre: Theatre) -> None:
    user = theatre.user
    chat = await user.chat()
    action = await theatre.install("""
        from fastapi.responses import Response

        class Action:
            def action(self, body):
                if body["content"] == "hello":
                    return b"%PDF-1.4"
                return Response(b"a,b", headers={"Content-Disposition": 'attachment; filename="x.csv"'})
    """)
    answer = await user.clicked(action, chat)
    assert answer["files"][0]["content_type"] == "application/pdf"
    await user.clicked(action, chat, content="other")
    names = [file["name"] for file in (await user.message(chat))["files"]]
    assert names[1] == "x.csv"


async def test_a_returned_event_is_emitted(theatre: Theatre) -> None:
    user = theatre.user
    chat = await user.chat()
    action = await theatre.install(returning("{'type': 'status', 'data': {'description': 'there', 'done': True}}"))
    await user.clicked(action, chat)
    assert (await user.message(chat))["statusHistory"] == [{"description": "there", "done": True}]


async def test_what_is_not_recognised_is_kept_and_said(theatre: Theatre) -> None:
    action = await theatre.install("""
        import threading

        class Action:
            async def action(self, body):
                return threading.Lock()
    """)
    chat = await theatre.admin.chat()
    async with joined(theatre.server.url, theatre.admin.token) as tab:
        await theatre.admin.clicked(action, chat)
        toast = await tab.saw("notification")
        assert "lock" in toast["data"]["data"]["content"]
    run = await theatre.admin.last_run(action, "done")
    assert any("lock" in note for note in run["notes"])
    assert "lock" in str(run["result"])


async def test_a_huge_result_is_refused_or_cut_but_never_breaks_the_server(theatre: Theatre) -> None:
    user = theatre.user
    large = await theatre.install(returning("{'data': 'x' * 1_000_000}"))
    assert len((await user.clicked(large))["data"]) == 1_000_000
    assert (await user.last_run(large, "done"))["result"]["cut"] is True
    too_large = await theatre.install(returning("'x' * 50_000_000"))
    refused = await user.click(too_large)
    assert refused.status_code == 502, refused.text[:300]
    assert refused.json()["code"] == "output_too_large"
    assert (await user.clicked(large))["data"]


@pytest.mark.spec("E6")
async def test_in_a_chat_that_is_not_saved_results_are_shown_and_not_stored(theatre: Theatre) -> None:
    user = theatre.user
    action = await theatre.install(returning("{'content': 'HELLO', 'files': [{'name': 'a.txt', 'content': 'x'}]}"))
    messages = [{"id": "b", "role": "assistant", "content": "hello"}]
    async with joined(theatre.server.url, user.token) as tab:
        answer = await user.clicked(action, "local:tab", messages=messages)
        assert answer["content"] == "HELLO"
        replaced = await tab.saw("chat:message")
        assert (replaced["chat_id"], replaced["message_id"], replaced["seq"]) == ("local:tab", "b", None)
        assert replaced["data"]["data"] == {"content": "HELLO", "originalContent": "hello"}
        files = await tab.saw("chat:message:files")
        assert files["data"]["data"]["files"][0]["url"].startswith("data:text/plain;base64,")


RESPONSES = """
    from fastapi.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response, StreamingResponse

    async def parts():
        for part in (b"caf", b"\\xc3", b"\\xa9", " au lait"):
            yield part

    class Table:
        columns, shape = ["a"], (1, 1)
        def itertuples(self, index, name):
            return iter([(1,)])

    class Figure:
        def savefig(self, file, **options):
            file.write(b"PNG")

    class Rich:
        def _repr_html_(self):
            return "<b>rich</b>"

    class Action:
        def action(self, body):
            return %s
"""


def answering(expression: str) -> str:
    return RESPONSES % expression


@pytest.mark.parametrize(
    ("expression", "status", "response"),
    [
        ("JSONResponse({'message': 'tea'}, 418)", 418, {"message": "tea"}),
        ("JSONResponse({'message': 'made'}, status_code=201)", 201, {"message": "made"}),
        ("JSONResponse({'error': 'No such city'}, 404)", 404, {"error": "No such city"}),
        ("Response(status_code=204)", 204, None),
        ("RedirectResponse('https://example.com/a')", 200, {"status": "success", "redirect": "https://example.com/a"}),
        ("PlainTextResponse('plain')", 200, "plain"),
    ],
)
async def test_a_response_keeps_its_status(theatre: Theatre, expression: str, status: int, response: Any) -> None:
    action = await theatre.install(answering(expression))
    key = {"idempotency-key": "once"}
    for _ in range(2):  # the second time from the record
        answer = await theatre.user.click(action, headers=key)
        assert answer.status_code == status
        assert (answer.json() if answer.content else None) == response
        theatre.services.actions._once._tasks.clear()


async def test_an_error_status_is_said_and_a_redirection_is_a_link(theatre: Theatre) -> None:
    user = theatre.user
    chat = await user.chat()
    refused = await theatre.install(answering("JSONResponse({'detail': 'No tea'}, 418)"))
    async with joined(theatre.server.url, user.token) as tab:
        assert (await user.click(refused, chat)).status_code == 418
        assert (await tab.saw("notification"))["data"]["data"] == {"type": "error", "content": "No tea"}
        assert (await tab.saw("action:finished"))["data"]["data"]["status"] == "failed"
    await user.clicked(await theatre.install(answering("RedirectResponse('https://example.com/a.pdf')")), chat)
    (link,) = (await user.message(chat))["files"]
    assert (link["name"], link["url"]) == ("a.pdf", "https://example.com/a.pdf")


@pytest.mark.parametrize(
    ("expression", "field", "shown"),
    [
        ("StreamingResponse(parts())", "content", "café au lait"),
        ("parts()", "content", "café au lait"),
        ("iter([{'content': 'a'}, {'choices': [{'delta': {'content': 'b'}}]}, 3])", "content", "ab3"),
        ("Rich()", "embeds", ["<b>rich</b>"]),
        ("{'html': '<i>x</i>'}", "embeds", ["<i>x</i>"]),
    ],
)
async def test_what_streams_and_what_is_rich(theatre: Theatre, expression: str, field: str, shown: Any) -> None:
    chat = await theatre.user.chat()
    await theatre.user.clicked(await theatre.install(answering(expression)), chat)
    assert (await theatre.user.message(chat))[field] == shown


@pytest.mark.parametrize(
    ("expression", "kind", "data"),
    [
        ("Table()", "table", {"columns": ["a"], "rows": [[1]]}),
        ("{'data': Table()}", "table", {"columns": ["a"], "rows": [[1]]}),
        ("{'success': True, 'data': {'deep': [1]}}", "json", {"deep": [1]}),
        ("{'success': True, 'data': 'text'}", "text", "text"),
    ],
)
async def test_tables_json_and_text_stand_under_the_message(
    theatre: Theatre, expression: str, kind: str, data: Any
) -> None:
    chat = await theatre.user.chat()
    await theatre.user.clicked(await theatre.install(answering(expression)), chat)
    (item,) = (await theatre.user.message(chat))["output"]
    assert (item["kind"], item["data"]) == (kind, data)


@pytest.mark.parametrize(
    ("expression", "name", "content"),
    [
        ("{'files': [{'name': 'a.bin', 'content': b'\\x00\\xff'}]}", "a.bin", b"\x00\xff"),
        ("{'files': [{'name': 'a.txt', 'content': 'text'}]}", "a.txt", b"text"),
        ("{'files': [{'name': 'a.txt', 'data': 'dGV4dA=='}]}", "a.txt", b"text"),
        ("{'files': [{'url': 'data:text/csv;base64,YSxi', 'name': 'a.csv'}]}", "a.csv", b"a,b"),
        ("{'files': [{'name': 'p.png', 'content': Figure()}]}", "p.png", b"PNG"),
        ("Figure()", "figure.png", b"PNG"),
        ("Response(b'%PDF-', media_type='application/pdf')", "file.pdf", b"%PDF-"),
        (
            "StreamingResponse(iter([b'a,', b'b']), headers={'content-disposition': 'attachment; filename=\"s.csv\"'})",
            "s.csv",
            b"a,b",
        ),
    ],
)
async def test_files_come_out_in_every_way(theatre: Theatre, expression: str, name: str, content: bytes) -> None:
    user = theatre.user
    chat = await user.chat()
    await user.clicked(await theatre.install(answering(expression)), chat)
    (file,) = (await user.message(chat))["files"]
    assert file["name"] == name
    assert (await user.http.get(file["url"])).content == content
