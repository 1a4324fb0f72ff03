"""Classes of valves as authors write them, over HTTP: set, described, refused, sealed, hidden (spec V1-V5, L7)."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text

from tests.acting import Theatre

pytestmark = pytest.mark.anyio

MASK = "********"
EVERYTHING = """
import base64, hashlib, os
from enum import Enum
from typing import Any, Literal, Optional, Union
from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler, SecretStr, conint, constr
from pydantic import field_validator, root_validator, validator
from pydantic_core import core_schema

class Sealed(str):
    @classmethod
    def seal(cls, value):
        if not value or value.startswith("sealed:"):
            return value
        key = hashlib.sha256(os.environ["WEBUI_SECRET_KEY"].encode()).digest()
        data = bytes(one ^ key[place % 32] for place, one in enumerate(value.encode()))
        return "sealed:" + base64.b64encode(data).decode()

    def open(self):
        if not self.startswith("sealed:"):
            return str(self)
        key = hashlib.sha256(os.environ["WEBUI_SECRET_KEY"].encode()).digest()
        data = base64.b64decode(self[7:])
        return bytes(one ^ key[place % 32] for place, one in enumerate(data)).decode()

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler):
        return core_schema.union_schema(
            [
                core_schema.is_instance_schema(cls),
                core_schema.chain_schema(
                    [
                        core_schema.str_schema(),
                        core_schema.no_info_plain_validator_function(lambda value: cls(cls.seal(value))),
                    ]
                ),
            ],
            serialization=core_schema.plain_serializer_function_ser_schema(str),
        )

class Colour(str, Enum):
    RED = "red"
    BLUE = "blue"

class Server(BaseModel):
    host: str = "localhost"
    port: conint(ge=1, le=65535) = 80
    password: str = ""

class Action:
    class Valves(BaseModel):
        model_config = ConfigDict(populate_by_name=True, extra="ignore")
        server: Server = Server()
        servers: list[Server] = []
        colour: Colour = Colour.RED
        mode: Literal["fast", "slow"] = "fast"
        limit: Optional[int] = None
        either: Union[int, str] = 1
        names: list[str] = Field(default_factory=list)
        weights: dict[str, float] = {}
        code: constr(min_length=2, max_length=4, pattern="^[a-z]+$") = "ab"
        home: str = os.getenv("HOME_OF_NOBODY", "from the environment")
        pin: SecretStr = SecretStr("")
        ours: Sealed = Field(default=Sealed(""), json_schema_extra={"input": {"type": "password"}})
        camel_case: str = Field(default="", alias="camelCase")
        words: str = ""
        low: int = 0
        high: int = 10

        @validator("words")
        def no_shouting(cls, value):
            if value.isupper():
                raise ValueError("please do not shout")
            return value.strip()

        @root_validator(skip_on_failure=True)
        def in_order(cls, values):
            if values["low"] > values["high"]:
                raise ValueError("low is above high")
            return values

        @field_validator("names", mode="before")
        @classmethod
        def from_text(cls, value):
            return value.split(",") if isinstance(value, str) else value

    def __init__(self):
        self.valves = self.Valves()

    def action(self, body):
        valves = self.valves
        return {
            "server": [valves.server.host, valves.server.port, valves.server.password],
            "ports": [each.port for each in valves.servers],
            "colour": valves.colour is Colour.BLUE,
            "mode": valves.mode, "limit": valves.limit, "either": valves.either, "names": valves.names,
            "weights": valves.weights, "code": valves.code, "home": valves.home,
            "pin": valves.pin.get_secret_value(), "ours": [type(valves.ours).__name__, valves.ours.open()],
            "camel": valves.camel_case, "words": valves.words,
        }
"""
GIVEN: dict[str, Any] = {
    "server": {"host": "h", "port": "8080", "password": "swordfish-1"},
    "servers": [{"port": 1, "password": "swordfish-2"}, {"port": 2}],
    "colour": "blue",
    "mode": "slow",
    "limit": 5,
    "either": "text",
    "names": "a,b",
    "weights": {"x": "1.5"},
    "code": "abc",
    "pin": "swordfish-3",
    "ours": "swordfish-4",
    "camelCase": "hump",
    "words": " said ",
}


@pytest.fixture(scope="module")
async def everything(playhouse: Theatre) -> str:
    return await playhouse.install(EVERYTHING, "everything")


@pytest.mark.spec("V1")
@pytest.mark.spec("V5")
async def test_valves_of_every_shape_reach_the_run_and_stay_secret(theatre: Theatre, everything: str) -> None:
    valves, http = f"/api/v1/functions/id/{everything}/valves", theatre.admin.http
    defaults = await theatre.user.run(everything, {})
    assert defaults.json()["home"] == "from the environment"
    saved = await http.post(f"{valves}/update", json=GIVEN)
    assert saved.status_code == 200, saved.text
    assert saved.json() == {
        **GIVEN,
        "server": {"host": "h", "port": 8080, "password": MASK},
        "servers": [{"port": 1, "password": MASK}, {"port": 2}],
        "names": ["a", "b"],
        "weights": {"x": 1.5},
        "pin": MASK,
        "ours": MASK,
        "words": "said",
    }
    for values in (None, saved.json()):  # what was shown may be sent back
        if values:
            assert (await http.post(f"{valves}/update", json=values)).json() == values
        assert (await theatre.user.run(everything, {})).json() == {
            "server": ["h", 8080, "swordfish-1"],
            "ports": [1, 2],
            "colour": True,
            "mode": "slow",
            "limit": 5,
            "either": "text",
            "names": ["a", "b"],
            "weights": {"x": 1.5},
            "code": "abc",
            "home": "from the environment",
            "pin": "swordfish-3",
            "ours": ["Sealed", "swordfish-4"],
            "camel": "hump",
            "words": "said",
        }
    database = theatre.services.store._database
    rows = str(await database.all(text("SELECT * FROM valves WHERE function_id = 'everything'")))
    assert rows != "[]"
    runs = (await http.get("/api/v1/runs", params={"function_id": everything})).text
    export = (await http.get(f"/api/v1/functions/id/{everything}/export", params={"include_valves": True})).text
    shown = (await http.get(valves)).text + (await http.get(f"{valves}/spec")).text
    for number in (1, 2, 3):
        assert f"swordfish-{number}" not in rows + runs + export + shown


@pytest.mark.spec("V3")
@pytest.mark.parametrize(
    ("values", "field", "said"),
    [
        ({"server": {"port": 0}}, "server.port", "greater than or equal to 1"),
        ({"servers": [{"port": 1}, {"port": "x"}]}, "servers.1.port", "valid integer"),
        ({"colour": "green"}, "colour", "'red' or 'blue'"),
        ({"mode": "still"}, "mode", "'fast' or 'slow'"),
        ({"limit": "many"}, "limit", "valid integer"),
        ({"weights": {"x": "heavy"}}, "weights.x", "valid number"),
        ({"code": "a"}, "code", "at least 2 characters"),
        ({"code": "AB"}, "code", "match pattern"),
        ({"words": "LOUD"}, "words", "please do not shout"),
        ({"low": 5, "high": 1}, "", "low is above high"),
    ],
)
async def test_each_shape_refuses_at_its_field(
    theatre: Theatre, everything: str, values: dict[str, Any], field: str, said: str
) -> None:
    path = f"/api/v1/functions/id/{everything}/valves"
    before = (await theatre.admin.http.get(path)).json()
    answer = await theatre.admin.http.post(f"{path}/update", json=values)
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert (error["field"], said in error["message"]) == (field, True)
    assert (await theatre.admin.http.get(path)).json() == before


HINTS = """
from pydantic import BaseModel, Field
import time

def hint(kind, **more):
    return {"input": {"type": kind, **more}}

class Server(BaseModel):
    site: str = Field(default="", json_schema_extra=hint("select", options="sites"))

class Action:
    class Valves(BaseModel):
        secret: str = Field(default="from-the-class-1", json_schema_extra=hint("password"))
        size: str = Field(default="s", json_schema_extra=hint("select", options=["s", "m"]))
        model: str = Field(default="a", json_schema_extra=hint("select", options=[{"value": "a", "label": "A!"}]))
        tags: list[str] = Field(default=[], json_schema_extra=hint("multiselect", options="tag_options"))
        sky: str = Field(default="#0000ff", json_schema_extra=hint("color"))
        note: str = Field(default="", json_schema_extra=hint("textarea"))
        table: dict = Field(default={}, json_schema_extra=hint("map"))
        day: str = Field(default="", json_schema_extra=hint("date"))
        slow: str = Field(default="", json_schema_extra=hint("select", options="too_slow"))
        odd: str = Field(default="", json_schema_extra=hint("select", options="missing"))
        server: Server = Server()

        @classmethod
        def tag_options(cls, __user__=None):
            return [__user__["name"], "of valves"]

    class UserValves(BaseModel):
        tags: list[str] = Field(default=[], json_schema_extra=hint("multiselect", options="tag_options"))

        @classmethod
        def tag_options(cls):
            return ["of user valves"]

    def __init__(self):
        self.valves = self.Valves()

    async def sites(self):
        return [{"value": "x", "label": self.valves.sky}]

    def too_slow(self):
        time.sleep(60)

    def action(self, body):
        print("uses", self.valves.secret)
        return {"message": self.valves.secret}
"""


@pytest.mark.spec("V2")
@pytest.mark.spec("V5")
async def test_hints_choices_by_methods_and_a_default_that_is_not_told(
    theatre: Theatre, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("penstock.flows.valve_questions.OPTIONS_DEADLINE", 2)
    action = await theatre.install(HINTS)
    valves, http = f"/api/v1/functions/id/{action}/valves", theatre.admin.http
    await http.post(f"{valves}/update", json={"sky": "#00ff00"})
    spec = (await http.get(f"{valves}/spec")).json()
    hints = {name: field.get("input") for name, field in spec["properties"].items()}
    assert hints["secret"] == {"type": "password"}
    assert hints["size"] == {"type": "select", "options": ["s", "m"]}
    assert hints["model"] == {"type": "select", "options": [{"value": "a", "label": "A!"}]}
    assert hints["tags"] == {"type": "multiselect", "options": ["Ada", "of valves"], "error": ""}
    assert [hints[name]["type"] for name in ("sky", "note", "table", "day")] == ["color", "textarea", "map", "date"]
    assert hints["slow"]["options"] == []
    assert "not done after 2 seconds" in hints["slow"]["error"]
    assert "missing" in hints["odd"]["error"]
    nested = spec["$defs"]["Server"]["properties"]["site"]["input"]
    assert nested["options"] == [{"value": "x", "label": "#00ff00"}]
    user_spec = (await theatre.user.http.get(f"{valves}/user/spec")).json()
    assert user_spec["properties"]["tags"]["input"]["options"] == ["of user valves"]

    assert spec["properties"]["secret"]["writeOnly"] is True
    assert "from-the-class" not in str(spec)
    assert (await theatre.user.run(action, {})).json() == {"message": "from-the-class-1"}
    run = await theatre.admin.last_run(action, "done")
    logs = (await theatre.admin.http.get(f"/api/v1/runs/{run['id']}/logs")).text
    assert "uses [hidden]" in logs
    assert "from-the-class" not in logs + str(run)


LISTS = """
from pydantic import BaseModel, Field
class Action:
    class Valves(BaseModel):
        api_keys: list[str] = []
        credentials: dict[str, str] = {}
    def __init__(self):
        self.valves = self.Valves()
    def action(self, body):
        print(self.valves.api_keys, self.valves.credentials)
        return {"keys": self.valves.api_keys, "credentials": self.valves.credentials}
"""


@pytest.mark.spec("V5")
async def test_lists_of_secrets_can_be_changed_without_being_seen(theatre: Theatre) -> None:
    action = await theatre.install(LISTS)
    valves, http = f"/api/v1/functions/id/{action}/valves", theatre.admin.http
    given = {"api_keys": ["key-one", "key-two", "key-three"], "credentials": {"ada": "pass-ada"}}
    shown = (await http.post(f"{valves}/update", json=given)).json()
    assert shown == {"api_keys": [f"{MASK} 1", f"{MASK} 2", f"{MASK} 3"], "credentials": {"ada": MASK}}
    changed = {"api_keys": [f"{MASK} 3", "key-new", f"{MASK} 1"], "credentials": {"ada": MASK, "bob": "pass-bob"}}
    assert (await http.post(f"{valves}/update", json=changed)).status_code == 200
    assert (await theatre.user.run(action, {})).json() == {
        "keys": ["key-three", "key-new", "key-one"],
        "credentials": {"ada": "pass-ada", "bob": "pass-bob"},
    }
    run = await theatre.admin.last_run(action, "done")
    logs = (await theatre.admin.http.get(f"/api/v1/runs/{run['id']}/logs")).text
    assert "key-three" not in logs
    assert "pass-ada" not in logs


@pytest.mark.spec("L7")
async def test_only_what_lacks_a_value_is_asked_for_and_nothing_else_stops(theatre: Theatre) -> None:
    source = """
        from pydantic import BaseModel, Field
        class Action:
            class Valves(BaseModel):
                url: str = Field(...)
                port: int
                note: str = ""
            def __init__(self):
                self.valves = self.Valves()
            def action(self, body):
                return {"message": f"{self.valves.url}:{self.valves.port}"}
    """
    action = await theatre.install(source)
    path, http = f"/api/v1/functions/id/{action}", theatre.admin.http
    function = (await http.get(path)).json()
    assert (function["state"], function["is_active"]) == ("needs_configuration", True)
    assert (await http.get(f"{path}/valves/spec")).json()["required"] == ["url", "port"]
    refused = await theatre.user.run(action, {})
    assert (refused.status_code, refused.json()["code"]) == (409, "needs_configuration")
    assert "needs values for `url`, `port` before it can run" in refused.json()["detail"]
    await http.post(f"{path}/valves/update", json={"url": "u"})
    assert "needs values for `port` before" in (await theatre.user.run(action, {})).json()["detail"]
    await http.post(f"{path}/valves/update", json={"url": "u", "port": 1})
    assert (await http.get(path)).json()["state"] == "ready"
    assert (await theatre.user.run(action, {})).json() == {"message": "u:1"}
