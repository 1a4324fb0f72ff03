"""Which settings there are, what each takes, and what it is worth now."""

from __future__ import annotations

import pytest

from penstock.api.settings_shown import SECTIONS, shown, takes
from penstock.settings import Settings
from tests.acting import Theatre

FIELDS = Settings.model_fields


def test_every_setting_stands_in_one_section() -> None:
    names = [name for section in SECTIONS.values() for name in section]
    assert sorted(names) == sorted(FIELDS)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("signup", {"kind": "switch"}),
        ("engine", {"kind": "choice", "choices": ["local", "ray"]}),
        ("default_role", {"kind": "choice", "choices": ["pending", "user"]}),
        ("port", {"kind": "whole", "least": 0, "most": 65535}),
        ("session_days", {"kind": "number", "above": 0, "unit": "days"}),
        ("upload_limit", {"kind": "whole", "least": 1024, "unit": "bytes"}),
        ("wheels", {"kind": "path"}),
        ("log_level", {"kind": "text", "examples": ["debug", "info", "warning", "error"]}),
    ],
)
def test_what_a_setting_takes(name: str, expected: dict[str, object]) -> None:
    assert takes(FIELDS[name]) == expected


def test_secrets_only_say_whether_they_are_set() -> None:
    listed = {item["name"]: item for item in shown(Settings(database_url="postgresql://u:p@h/d"), {})}
    assert (listed["database_url"]["value"], listed["database_url"]["secret"]) == (True, True)
    assert listed["secret_key"]["value"] is False
    assert listed["connections"]["default_value"] is None
    assert listed["run_deadline"] | {"description": ""} == {
        "name": "run_deadline",
        "section": "runs",
        "value": 600,
        "default": True,
        "default_value": 600,
        "secret": False,
        "source": "default",
        "description": "",
        "takes": {"kind": "number", "above": 0, "unit": "seconds"},
        "editable": False,
    }


@pytest.mark.anyio
async def test_an_admin_changes_settings_while_the_server_runs(theatre: Theatre) -> None:
    admin = theatre.admin.http

    async def now() -> dict[str, tuple[object, str]]:
        items = (await admin.get("/api/v1/system")).json()["settings"]
        return {item["name"]: (item["value"], item["source"]) for item in items if item["editable"]}

    before = await now()
    assert set(before) == {"signup", "default_role", "models_public"}
    changed = await admin.post("/api/v1/system/settings", json={"signup": False, "default_role": "user"})
    assert changed.status_code == 200
    assert await now() == {**before, "signup": (False, "page"), "default_role": ("user", "page")}
    account = {"name": "Late", "email": "late@example.com", "password": "a long password"}
    assert (await theatre.user.http.post("/api/v1/auths/signup", json=account)).status_code == 403
    await admin.post("/api/v1/system/settings", json={"signup": None, "default_role": None})
    assert await now() == before
    for wrong in ({"default_role": "admin"}, {"port": 1}):
        assert (await admin.post("/api/v1/system/settings", json=wrong)).status_code == 422
    assert (await theatre.user.http.post("/api/v1/system/settings", json={"signup": True})).status_code == 403


@pytest.mark.anyio
async def test_the_load_of_the_last_hour(theatre: Theatre) -> None:
    action = await theatre.install("class Action:\n    def action(self, body):\n        return 1\n")
    await theatre.user.run(action)
    samples = (await theatre.admin.http.get("/api/v1/system/load")).json()
    assert len(samples) >= 2  # of the start, and of now
    assert samples[-1]["workers"] >= 1
    assert {"time", "memory", "cpu", "lag", "queue", "runs"} <= samples[0].keys()
    assert (await theatre.user.http.get("/api/v1/system/load")).status_code == 403
