"""What is told of a function before any of it is run: needs, and findings with code, severity, line and fix."""

from __future__ import annotations

from textwrap import dedent

import pytest

from penstock.flows.offered_names import offered_names
from penstock.functions.diagnosis.diagnose import Diagnosis, diagnose
from penstock.functions.packages import Package

HEAD = "class Action:\n    async def action(self, body):\n        pass\n"


def diagnosed(source: str) -> Diagnosis:
    return diagnose(dedent(source).lstrip("\n"), offered_names())


def places(diagnosis: Diagnosis) -> list[tuple[str, str, int | None]]:
    return [(finding.code, finding.severity, finding.line) for finding in diagnosis.findings]


def test_a_sound_function_has_its_facts_and_no_findings() -> None:
    found = diagnosed(
        '''
        """
        title: Shout
        version: 1.4
        author: Ada
        requirements: tabulate
        """
        import asyncio
        import bs4
        from open_webui.models.users import Users

        class Filter:
            async def inlet(self, body):
                await asyncio.sleep(0)
                Users.get_user_by_id("x")
                return body
            def outlet(self, body):
                return body
        '''
    )
    assert (found.kind, found.title, found.version, found.author) == ("filter", "Shout", "1.4", "Ada")
    assert found.hooks == ["inlet", "outlet"]
    assert found.needs.requirements == ["tabulate"]
    assert found.needs.implied == ["beautifulsoup4"]
    assert found.needs.open_webui == ["models.users.Users"]
    assert found.findings == []
    assert found.works


@pytest.mark.parametrize(
    ("line", "code", "severity"),
    [
        ("time.sleep(1)", "blocks_loop", "warning"),
        ("requests.get('https://a.example.net')", "blocks_loop", "warning"),
        ("subprocess.run(['ls'])", "blocks_loop", "warning"),
        ("await asyncio.to_thread(time.sleep, 1)", "", ""),
        ("await asyncio.to_thread(lambda: requests.get('x'))", "", ""),
        ("datetime.utcnow()", "deprecated", "note"),
        ("os.environ['TEAM_KEY']", "server_environment", "note"),
        ("open('/app/backend/data/uploads/x')", "server_folder", "error"),
        ("open('/app/backend/data/mine.txt')", "server_folder", "note"),
        ("open('/app/backend/mine.txt')", "server_folder", "warning"),
        ("sys.modules['function_other']", "other_function", "error"),
        ("app.add_api_route('/x', print)", "server_routes", "error"),
        ("Users.get_user_by_id = print", "monkey_patch", "error"),
        ("__request__.app.state._state['config_of_models'] = {}", "shared_state", "warning"),
        ("setattr(__request__.app.state, 'seen', 1)", "shared_state", "warning"),
        ("Users.no_such_thing()", "no_such_method", "error"),
        ("Chat.id", "absent_name", "error"),
    ],
)
def test_a_line_is_found_with_its_place_and_a_fix(line: str, code: str, severity: str) -> None:
    head = """\
import asyncio, os, subprocess, sys, time
from datetime import datetime
import requests
from open_webui.main import app
from open_webui.models.chats import Chat
from open_webui.models.users import Users
class Action:
    async def action(self, body):
"""
    found = diagnose(f"{head}        {line}\n", offered_names())
    about = [each for each in found.findings if each.line == 9]
    assert [(each.code, each.severity) for each in about] == ([(code, severity)] if code else [])
    assert all(each.message and each.fix for each in about)


def test_a_plain_method_that_waits_is_found_where_it_is_called() -> None:
    found = diagnosed(
        """
        import requests
        class Pipe:
            def _get(self):
                return requests.get("https://api.example.net/v1").json()
            def _load(self):
                return self._get()
            async def pipe(self, body):
                return self._load()
        """
    )
    assert places(found) == [("blocks_loop", "warning", 8)]
    assert "line 4" in found.findings[0].message
    assert "asyncio.to_thread(self._load" in found.findings[0].fix


def test_names_that_do_not_exist_are_errors_unless_the_code_does_without() -> None:
    found = diagnosed(
        """
        from typing import TYPE_CHECKING
        from open_webui.utils.nowhere import thing
        try:
            from open_webui.utils.misc import no_such_name
        except ImportError:
            no_such_name = None
        if TYPE_CHECKING:
            from open_webui.utils.types_only import Whatever
        class Event:
            async def event(self, event):
                pass
        """
    )
    assert places(found) == [("no_such_name", "error", 2), ("no_such_name", "warning", 4)]
    assert not found.works


def test_early_paths_are_deprecated_and_work() -> None:
    found = diagnosed("from apps.webui.models.users import Users\n" + HEAD)
    assert places(found) == [("legacy_import", "note", 1)]
    assert "open_webui.models.users" in found.findings[0].fix
    assert found.works


def test_hosts_and_rights_are_told_with_their_lines() -> None:
    found = diagnosed(
        """
        import httpx
        API = "https://api.example.net/v1"
        LOCAL = "http://192.168.1.5:11434"
        class Action:
            async def action(self, body, __event_call__):
                await __event_call__({"type": "execute", "data": {"code": "return localStorage.token"}})
        """
    )
    assert [(each.host, each.line, each.private) for each in found.needs.hosts] == [
        ("api.example.net", 2, False),
        ("192.168.1.5:11434", 3, True),
    ]
    assert [each.right for each in found.needs.rights] == ["network", "hosts: 192.168.1.5:11434", "page_script"]


@pytest.mark.parametrize(
    ("source", "code", "line"),
    [("class Filter:\n    def inlet(self body):\n", "syntax", 2), ("x = 1\n", "kind", None)],
)
def test_what_is_no_function_is_told_and_never_raised(source: str, code: str, line: int | None) -> None:
    found = diagnose(source, offered_names())
    assert places(found) == [(code, "error", line)]


def test_the_files_of_a_package_are_named() -> None:
    files = {"__init__.py": b"from .work import Action\n", "work.py": b"import time\n" + HEAD.encode()}
    files["work.py"] = files["work.py"].replace(b"pass", b"time.sleep(1)")
    found = diagnose(Package.of(files), offered_names())
    assert [(each.code, each.file, each.line) for each in found.findings] == [("blocks_loop", "work.py", 4)]


def test_state_under_another_name_is_found_and_settings_are_not() -> None:
    found = diagnosed(
        """
        class Filter:
            def inlet(self, body, __request__):
                __request__.app.state.config.TASK_MODEL = "small"
                __request__.state.user = body
                app_state: State = __request__.app.state
                app_state.models = []
                return body
        """
    )
    assert places(found) == [("shared_state", "warning", 6)]
