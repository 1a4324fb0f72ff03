"""`__request__` as functions use it (spec I5)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.compat.conftest import Stage

pytestmark = [pytest.mark.anyio, pytest.mark.spec("I5")]


def action(expression: str) -> str:
    return f"""
    from fastapi import Request
    from open_webui.main import app
    from open_webui.models.config import Config
    from open_webui.config import DEFAULT_USER_ROLE, WEBUI_NAME
    class Action:
        async def action(self, body, __request__: Request):
            return {{"value": {expression}}}
    """


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("__request__.method", "POST"),
        ("str(__request__.url)", "http://penstock.test:8080/api/chat/actions/x?trace=1"),
        ("str(__request__.base_url)", "http://penstock.test:8080/"),
        ("__request__.url.path", "/api/chat/actions/x"),
        ("__request__.query_params['trace']", "1"),
        ("__request__.headers.get('Accept-Language')", "de-CH"),
        ("__request__.client.host", "127.0.0.1"),
        ("getattr(__request__.state, 'direct', False)", False),
        ("__request__.headers['authorization'] == 'Bearer ' + __request__.cookies['token']", True),
        ("await __request__.body() == b''", True),
        ("__request__.app.state.config.TASK_MODEL", ""),
        ("__request__.app.state.config.NOBODY_KNOWS_THIS", None),
        ("getattr(__request__.app.state.config, 'IMAGE_GENERATION_MODEL', None)", None),
        ("'nothing' in __request__.app.state.MODELS", False),
        ("__request__.app.state.MODELS.get('nothing')", None),
        ("__request__.app.url_path_for('get_file_content_by_id', id='abc')", "/api/v1/files/abc/content"),
        ("__request__.app.state.FUNCTIONS.get('nobody')", None),
        (
            "str(__request__.url_for('get_file_content_by_id', id='a'))",
            "http://penstock.test:8080/api/v1/files/a/content",
        ),
        ("__request__.app is app", True),
        ("Request(scope={'type': 'http', 'app': app}).state._state", {}),
        ("await Config.get('webui.name')", "Penstock"),
        ("Config.get('nobody.knows', 7)", 7),
        ("Config.get_many('task.model.default', 'x')", {"task.model.default": "", "x": None}),
        ("WEBUI_NAME", "Penstock"),
        ("str(DEFAULT_USER_ROLE)", "pending"),
        ("Request(scope={'type': 'http', 'app': app}).app.state.config.TASK_MODEL_EXTERNAL", ""),
    ],
)
async def test_what_a_request_answers(stage: Stage, expression: str, expected: Any) -> None:
    assert await stage.run(action(expression)) == {"value": expected}


async def test_its_token_has_the_rights_of_the_user_and_ends_with_the_run(stage: Stage) -> None:
    token = (await stage.run(action("__request__.cookies['token']")))["value"]
    assert token
    with pytest.raises(Exception, match=r"."):
        await stage.services.accounts.identify(token)


async def test_settings_may_be_set_for_this_process_only(stage: Stage) -> None:
    assert (
        await stage.run(
            """
    class Action:
        async def action(self, body, __request__):
            __request__.app.state.config.TASK_MODEL = "mine"
            return __request__.app.state.config.TASK_MODEL
    """
        )
        == "mine"
    )


async def test_routes_cannot_be_added(stage: Stage) -> None:
    with pytest.raises(Exception, match=r"app\.add_api_route needs routes of its own on the server"):
        await stage.run(action("app.add_api_route('/mine', print)"))
