"""The description of the API (OpenAPI 3.1). It is made when somebody asks for it, never at the start."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec
from fastapi.dependencies.models import Dependant
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from penstock import __version__
from penstock.api import access
from penstock.api.answers import chats, common, functions, models, server
from penstock.api.documented import EVENT_STREAM, JSON, Documented, documentation_of
from penstock.errors import AccountPending, BadJson, Invalid, NotAllowed, NotFound, NotSignedIn, PenstockError

Json = dict[str, Any]

SCHEMAS = "#/components/schemas/{name}"
ERROR = "Error"
OPEN = chats.OPEN | functions.OPEN | models.OPEN | server.OPEN | {ERROR, "UserSettings"}
NEEDS_ACCOUNT = frozenset({access.caller, access.verified_user, access.admin})
NEEDS_SIGN_IN = NEEDS_ACCOUNT | {access.identified, access.any_user, access.own_caller}
NEEDS_RIGHTS = frozenset({access.admin, access.own_caller})
FIRST_LINES = """Everything that the page does goes through this API, and everything in it is open to other programs.

Send `Authorization: Bearer <token>`, with the API key of an account (settings of the page, or `POST
/api/v1/auths/api_key`) or the token that a sign-in gives. Every refusal has the shape `Error`, with a stable `code`, a
sentence and a hint. Paths under `/api/v1` are those of Open WebUI, so that its clients work here.

What happens while an answer is written comes as events over `/ws/socket.io`; `GET /api/v1/events` has what was missed.
"""
TAGS = {
    "actions": "Buttons under messages, and functions to call without a chat.",
    "auths": "Signing up, in and out, and API keys.",
    "chats": "Chats with their messages, branches, tags and shares.",
    "completions": "Questions to models, as OpenAI's clients ask them.",
    "config": "What the server offers, and stored settings.",
    "connections": "Servers that speak OpenAI's protocol.",
    "environments": "Packages that functions need.",
    "events": "What happened while a client was away.",
    "files": "Uploads, and what functions made.",
    "folders": "Places for chats.",
    "functions": "The Python files in which all behaviour is written: sources, versions, valves, rights.",
    "groups": "Users who share rights.",
    "memories": "What users want models to know.",
    "models": "Models to ask, and what admins record about them.",
    "pictures": "Pictures of people, models and buttons.",
    "questions": "What runs ask people.",
    "runs": "What has been run, and what it logged.",
    "system": "How the server is doing.",
    "tasks": "Answers under way, and small questions about chats.",
    "tools": "What completions may use.",
    "users": "People with an account.",
}


def describe(title: str, routes: Sequence[APIRoute]) -> Json:
    """What FastAPI knows of the routes, with what they say themselves (`penstock.api.documented`)."""
    shown = [route for route in routes if route.include_in_schema]
    schema = get_openapi(
        title=title,
        version=__version__,
        summary="A chat server whose behaviour people write in single Python files.",
        description=FIRST_LINES,
        tags=[{"name": name, "description": said} for name, said in TAGS.items()],
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        routes=shown,
    )
    refs, schemas = _schemas(shown)
    _add_schemas(schema, schemas)
    operations = _Operations(schema["paths"], refs)
    operations.fill(shown)
    schema["components"]["responses"] = operations.responses()
    schema["components"]["securitySchemes"] = {"bearer": {"type": "http", "scheme": "bearer"}}
    schema["security"] = [{"bearer": []}]
    _drop_titles(schema)
    return schema


def _types_of(documented: Documented) -> Iterator[object]:
    yield from documented.answers
    if documented.body is not None:
        yield documented.body


def _schemas(routes: Iterable[APIRoute]) -> tuple[Mapping[str, Json], dict[str, Json]]:
    """The schema of every type that a route names, by the text of the type, and all components."""
    types = {
        repr(each): each for route in routes if (said := documentation_of(route.endpoint)) for each in _types_of(said)
    }
    found, components = msgspec.json.schema_components([*types.values(), common.Error], ref_template=SCHEMAS)
    for name, component in components.items():
        _all_are_there(component)
        if name in OPEN:
            component["additionalProperties"] = True
    return dict(zip(types, found, strict=False)), components


def _all_are_there(component: Json) -> None:
    """What has a default may be left out where it is read; an answer has it all the same."""
    properties: Mapping[str, Json] = component.get("properties", {})
    with_default = [name for name, each in properties.items() if "default" in each]
    for name in with_default:
        del properties[name]["default"]
    component["required"] = sorted({*component.get("required", ()), *with_default})


def _drop_titles(node: Any) -> None:
    """Titles say again what the names beside them say, in capitals."""
    if isinstance(node, list):
        for each in node:
            _drop_titles(each)
    elif isinstance(node, dict):
        if isinstance(node.get("title"), str) and ("type" in node or "anyOf" in node or "$ref" in node):
            del node["title"]
        for each in node.values():
            _drop_titles(each)


def _add_schemas(schema: Json, schemas: Mapping[str, Json]) -> None:
    present: Json = schema.setdefault("components", {}).setdefault("schemas", {})
    for name in ("HTTPValidationError", "ValidationError"):
        present.pop(name, None)
    twice = present.keys() & schemas.keys()
    assert not twice, f"two shapes have the same name: {', '.join(sorted(twice))}"
    present.update(schemas)
    schema["components"]["schemas"] = dict(sorted(present.items()))


class _Operations:
    """Fills in what FastAPI cannot know about the operations."""

    def __init__(self, paths: Mapping[str, Json], refs: Mapping[str, Json]) -> None:
        self._paths = paths
        self._refs = refs
        self._ids: set[str] = set()
        self._errors: set[type[PenstockError]] = set()

    def responses(self) -> Json:
        """All errors that operations refer to."""
        return {error.__name__: _response(error) for error in sorted(self._errors, key=lambda each: each.__name__)}

    def fill(self, routes: Iterable[APIRoute]) -> None:
        for route in routes:
            for method in sorted(route.methods or ()):
                operation = self._paths[route.path_format][method.lower()]
                operation["operationId"] = self._id_of(route, method)
                said = documentation_of(route.endpoint)
                if said is not None:
                    self._describe(operation, said)
                self._refuse(operation, _errors(route, said))
                if not _calls(route.dependant) & NEEDS_SIGN_IN:
                    operation["security"] = []

    def _refuse(self, operation: Json, errors: Iterable[type[PenstockError]]) -> None:
        """One response for each status; what comes last is what the endpoint says itself."""
        responses = operation["responses"]
        found = {error.status: error for error in errors}
        if "422" in responses:
            found.setdefault(Invalid.status, Invalid)
        for status, error in found.items():
            responses[str(status)] = {"$ref": f"#/components/responses/{error.__name__}"}
        self._errors.update(found.values())
        operation["responses"] = dict(sorted(responses.items()))

    def _id_of(self, route: APIRoute, method: str) -> str:
        """`chats_pinned`: where it is written. A second path or method of the same gets a number."""
        name = f"{route.endpoint.__module__.rpartition('.')[2]}_{route.endpoint.__name__}"
        found = next(each for n in range(1, 100) if (each := name if n == 1 else f"{name}_{n}") not in self._ids)
        self._ids.add(found)
        return found

    def _describe(self, operation: Json, said: Documented) -> None:
        operation["summary"] = said.summary
        content = operation["responses"]["200"].setdefault("content", {})
        if said.answers:
            content[JSON] = {"schema": self._any_of(said.answers)}
        elif said.media != JSON:
            content.clear()
            content[said.media] = {"schema": {"type": "string", "format": "binary"}}
        if said.streams:
            content[EVENT_STREAM] = {"schema": {"type": "string", "description": f"Events: {said.streams}."}}
        operation["responses"]["200"]["description"] = "It worked."
        if said.own_status:
            operation["responses"]["default"] = {"description": "What the author answers, with a status of their own."}
        if said.body is not None:
            schema = self._refs[repr(said.body)]
            operation["requestBody"] = {"required": True, "content": {JSON: {"schema": schema}}}

    def _any_of(self, types: Sequence[object]) -> Json:
        refs = [self._refs[repr(each)] for each in types]
        return refs[0] if len(refs) == 1 else {"anyOf": refs}


def _calls(dependant: Dependant) -> set[Any]:
    """Everything that is asked before the endpoint."""
    below = (_calls(each) for each in dependant.dependencies)
    return {dependant.call}.union(*below)


def _errors(route: APIRoute, said: Documented | None) -> Iterator[type[PenstockError]]:
    """What may be refused, and why."""
    calls = _calls(route.dependant)
    if route.body_field is not None or (said and said.body is not None):
        yield BadJson
    if calls & NEEDS_SIGN_IN:
        yield NotSignedIn
    if calls & NEEDS_ACCOUNT:
        yield AccountPending
    if calls & NEEDS_RIGHTS:
        yield NotAllowed
    if route.dependant.path_params:
        yield NotFound
    yield from said.errors if said else ()


def _response(error: type[PenstockError]) -> Json:
    raised = (error.__doc__ or "").strip().partition("\n")[0].removeprefix("Raised ").removeprefix("when ")
    description = f"`{error.code}`: {raised}"
    return {"description": description, "content": {JSON: {"schema": {"$ref": SCHEMAS.format(name=ERROR)}}}}
