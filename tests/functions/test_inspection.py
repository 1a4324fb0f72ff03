"""What inspection says of a source without running it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstock.errors import SourceError
from penstock.functions.inspection import inspect

ACTION = "class Action:\n    async def action(self, body):\n        pass\n"


@pytest.mark.spec("M1")
@pytest.mark.parametrize(
    ("source", "kind", "hooks"),
    [
        (ACTION, "action", {"action": 2}),
        ("class Pipe:\n    def pipe(self): ...\n    def pipes(self): ...\n", "pipe", {"pipe": 2, "pipes": 3}),
        ("class Pipe:\n    pipes = []\n    def pipe(self): ...\n", "pipe", {"pipe": 3, "pipes": 2}),
        ("class Filter:\n    pass\n", "filter", {}),
        ("class Filter:\n    def inlet(self): ...\n    def outlet(self): ...\n", "filter", {"inlet": 2, "outlet": 3}),
        ("class Event:\n    def event(self, event): ...\n", "event", {"event": 2}),
        (ACTION + "class Pipe:\n    def pipe(self): ...\n", "pipe", {"pipe": 5}),
        (ACTION + "class Filter:\n    def inlet(self): ...\n", "filter", {"inlet": 5}),
        ("class Event:\n    def event(self): ...\n" + ACTION, "action", {"action": 4}),
        ("if x:\n    class Filter:\n        def inlet(self): ...\nelse:\n    Filter = None\n" + ACTION, "filter", {}),
        ("from qdrant_client.models import Filter\n" + ACTION, "action", {"action": 3}),
        ("from mine import Pipe\n", "pipe", {}),
        ("def make(): ...\nAction = make()\n", "action", {}),
        ("from mine import *\n", "", {}),
        ("class Action:\n    if True:\n        def action(self): ...\n", "action", {"action": 3}),
        ("\ufeff" + ACTION, "action", {"action": 2}),
    ],
)  # fmt: skip
def test_the_first_class_of_the_four_decides(source: str, kind: str, hooks: dict[str, int]) -> None:
    found = inspect(source)
    assert (found.kind, found.hooks) == (kind, hooks)


@pytest.mark.spec("M1")
@pytest.mark.parametrize(
    "source",
    [
        "class Action(Mine):\n    pass\n",
        "class Action:\n    def __getattr__(self, name): ...\n",
        "class Action:\n    action = print\n",
        "class Action:\n    def __init__(self):\n        self.action = print\n",
        "class Action:\n    pass\nAction.action = print\n",
        "class Action(metaclass=Made):\n    pass\n",
        "@decorated\nclass Action:\n    pass\n",
        "class Action:\n    def __init__(self):\n        setattr(self, 'action', print)\n",
    ],
)
def test_a_hook_that_may_come_from_elsewhere_is_left_to_loading(source: str) -> None:
    assert inspect(source).kind == "action"


@pytest.mark.spec("M1")
@pytest.mark.spec("L4")
@pytest.mark.parametrize(
    ("source", "phase", "line", "column", "said"),
    [
        ("", "kind", None, None, "no class `Pipe`, `Filter`, `Action` or `Event`"),
        ("class action:\n    def action(self): ...\n", "kind", 1, 1, "has to be written `Action`"),
        ("def f():\n    class Pipe: ...\n", "kind", 2, 5, "stands within something else"),
        ("class Tools:\n    pass\n", "kind", 1, 1, "tool"),
        ("x = 1\nclass Action:\n    pass\n", "hooks", 2, 1, "the class `Action` has no method `action`"),
        ("class Pipe:\n    def action(self): ...\n", "hooks", 1, 1, "no method `pipe`"),
        ("class Event(object):\n    pass\n", "hooks", 1, 1, "no method `event`"),
        ("x = 1\ny = (\n", "syntax", 2, 5, "line 2, column 5: '(' was never closed"),
        ("class Action:\ndef action(): ...\n", "syntax", 2, 1, "line 2, column 1: expected an indented block"),
        ("é = 'ü' 1\n", "syntax", 1, 9, "line 1, column 9: invalid syntax"),
        ("def f():\n  await x\n", "syntax", 2, 3, "line 2, column 3: 'await' outside async function"),
        ("return 1\n", "syntax", 1, 1, "'return' outside function"),
        ("x = 1\ny = '\0'\n", "syntax", 2, 6, "U+0000"),
        ("x = '\ud800'\n", "syntax", 1, 6, "U+D800"),
        ("(" * 3000 + ")" * 3000, "syntax", 1, None, ""),
    ],
)
def test_what_cannot_be_a_function_is_refused_at_its_place(
    source: str, phase: str, line: int | None, column: int | None, said: str
) -> None:
    with pytest.raises(SourceError) as refused:
        inspect(source)
    assert said in refused.value.message
    assert refused.value.fields["phase"] == phase
    assert refused.value.fields["line"] == line
    if column is not None:
        assert refused.value.fields["column"] == column
        assert refused.value.message.startswith(f"line {line}, column {column}: ")


@pytest.mark.spec("M1")
def test_a_hook_outside_its_class_is_pointed_at() -> None:
    with pytest.raises(SourceError) as refused:
        inspect("class Action:\n    pass\n\nasync def action(self, body):\n    pass\n")
    assert "line 4" in refused.value.hint


@pytest.mark.spec("M4")
@pytest.mark.parametrize(
    ("written", "implied"),
    [
        ("import bs4, yaml", ["PyYAML", "beautifulsoup4"]),
        ("from PIL import Image", ["pillow"]),
        ("from google import genai", ["google-genai"]),
        ("import google.genai.types as t", ["google-genai"]),
        ("from docx import Document", ["python-docx"]),
        ("def f():\n    import pandas as pd", ["pandas"]),
        ("import pandas as pd\ndef f(t):\n    t.to_excel('a.xlsx')", ["openpyxl", "pandas"]),
        ("import httpx\nclient = httpx.AsyncClient(http2=True)", ["h2"]),
        ("import httpx\nclient = httpx.AsyncClient()", []),
        ("try:\n    import tiktoken\nexcept ImportError:\n    tiktoken = None", []),
        ("try:\n    import tiktoken\nexcept (ValueError, ModuleNotFoundError):\n    import openai", []),
        ("try:\n    import tiktoken\nexcept ValueError:\n    pass", ["tiktoken"]),
        ("import contextlib\nwith contextlib.suppress(ImportError):\n    import tiktoken", []),
        ("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import pandas", []),
        ("import json, requests, pydantic, open_webui.config", []),
        ("import made_up_thing", []),
        ("from . import pandas", []),
    ],
)
def test_shipped_packages_are_implied_by_their_imports(written: str, implied: list[str]) -> None:
    assert inspect(f"{written}\n{ACTION}").implied_requirements == implied


@pytest.mark.spec("M4")
def test_what_the_manifest_names_is_not_implied_again() -> None:
    found = inspect('"""\nrequirements: BeautifulSoup4==4.12, pillow\n"""\nimport bs4, PIL, yaml\n' + ACTION)
    assert found.implied_requirements == ["PyYAML"]


def test_names_of_open_webui_are_listed_where_they_are_now() -> None:
    found = inspect(
        "from open_webui.models.users import Users, UserModel\nfrom utils.misc import a\n"
        "import open_webui.config as c\nfrom open_webui.apps.webui.models.chats import Chats\n" + ACTION
    )
    assert found.open_webui_names == [
        "config",
        "models.chats.Chats",
        "models.users.UserModel",
        "models.users.Users",
        "utils.misc.a",
    ]


@pytest.mark.parametrize(
    ("written", "code", "line"),
    [
        ("import made_up_thing", "unknown_import", 1),
        ("from open_webui.internal.db import get_db", "direct_sql", 1),
        ("from open_webui.models.chats import Chat, Chats", "direct_sql", 1),
        ("from open_webui.models.chats import Chats\nChats.get = None", "monkey_patch", 2),
        ("import open_webui.config\nopen_webui.config.X = 1", "monkey_patch", 2),
        ("from open_webui.models.chats import Chats\nsetattr(Chats, 'a', 1)", "monkey_patch", 2),
        ("from open_webui.main import app\n@app.get('/x')\ndef f(): ...", "server_routes", 2),
        ("def f(__request__):\n    __request__.app.add_api_route('/x', f)", "server_routes", 2),
        ("class Filter:\n    pass", "several_kinds", None),
    ],
)
def test_what_cannot_work_from_a_process_of_its_own_is_said(written: str, code: str, line: int | None) -> None:
    found = inspect(f"{written}\n{ACTION}")
    assert [(caution.code, caution.line) for caution in found.warnings] == [(code, line)]


@pytest.mark.parametrize(
    "written",
    [
        "try:\n    import made_up_thing\nexcept ImportError:\n    pass",
        "from open_webui.models.chats import Chats\nself = Chats.get()\nself.x = 1",
        "import rich, sqlalchemy, sys, __future__",
        "table = {}\ntable.get('x')",
    ],
)
def test_usual_code_gives_no_warning(written: str) -> None:
    assert inspect(f"{written}\n{ACTION}").warnings == []


def test_a_requirement_may_provide_a_module_of_another_name() -> None:
    assert inspect('"""\nrequirements: python-thing\n"""\nimport made_up\n' + ACTION).warnings == []
    assert inspect('"""\nrequirements: made-up\n"""\nimport made_up\n' + ACTION).warnings == []


@pytest.mark.spec("M3")
def test_a_demand_for_a_newer_open_webui_is_a_warning() -> None:
    (caution,) = inspect('"""\nrequired_open_webui_version: 99.0\n"""\n' + ACTION).warnings
    assert caution.code == "newer_version"
    assert "99.0" in caution.message
    assert inspect('"""\nrequired_open_webui_version: >= 0.5.0\n"""\n' + ACTION).warnings == []


@pytest.mark.spec("L4")
@given(st.text())
def test_any_text_is_inspected_or_refused(text: str) -> None:
    try:
        inspect(text)
    except SourceError as error:
        phase = error.fields["phase"]
    else:
        phase = "syntax"
    assert phase in ("syntax", "kind", "hooks")
