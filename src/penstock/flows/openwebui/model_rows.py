"""What admins have recorded in Open WebUI: models with their access, servers of models, settings of the server."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import msgspec

from penstock.errors import Invalid
from penstock.flows.connections import check_url
from penstock.flows.model_access import from_grants
from penstock.flows.openwebui.rows import BrokenRow, Row, flag, json_object, json_value, needed, seconds, text
from penstock.flows.openwebui.source import Source
from penstock.store.records import Connection, Model

Json = dict[str, Any]
NOT_HERE = {"toolIds": "tools", "knowledge": "knowledge", "skillIds": "skills"}  # keys of `meta` that name such
SETTINGS = {  # key of the configuration there, and here
    "ui.default_models": "models.default",
    "ui.model_order_list": "models.order",
    "ui.banners": "ui.banners",
    "ui.enable_signup": "auth.signup",
    "ui.default_user_role": "auth.default_role",
}
ROLES_OF_STRANGERS = ("pending", "user")
OPENAI = "api.openai.com"


def model_of(row: Row, access: Json | None, user_id: str) -> tuple[Model, list[str]]:
    """The record, and what of it means nothing here. Raises `BrokenRow`."""
    model_id = needed(row, "id")
    meta = {key: value for key, value in json_object(row, "meta").items() if value is not None}
    notes = [f"its {noun} do not come along" for key, noun in NOT_HERE.items() if meta.get(key)]
    record = Model(
        id=model_id,
        user_id=user_id,
        base_model_id=text(row, "base_model_id") or None,
        name=text(row, "name") or model_id,
        params=json_object(row, "params"),
        meta=meta,
        access_control=access,
        is_active="is_active" not in row or flag(row, "is_active"),
        created_at=seconds(row.get("created_at")),
        updated_at=seconds(row.get("updated_at")),
    )
    return record, notes


def accesses_of(source: Source) -> Callable[[Row], Json | None]:
    """What tells the access to a model from its row: grants of a table, or a column before there was one."""
    if "access_grant" not in source.tables:
        return _access_in
    grants: dict[str, list[Row]] = {}
    for row in source.rows("access_grant"):
        if text(row, "resource_type") == "model":
            grants.setdefault(text(row, "resource_id"), []).append(row)
    return lambda row: from_grants(grants.get(text(row, "id"), []))


def _access_in(row: Row) -> Json | None:
    """Null means everybody, an empty object nobody. Raises `BrokenRow`."""
    value = json_value(row, "access_control")
    return None if value is None else json_object(row, "access_control")


def mapped_access(access: Json | None, user_ids: Mapping[str, str], group_ids: Mapping[str, str]) -> Json | None:
    """The same access for the accounts and groups as they are here; who did not come along is left out."""
    if access is None:
        return None
    return {
        permission: {
            "user_ids": _mapped(_ids(access, permission, "user_ids"), user_ids),
            "group_ids": _mapped(_ids(access, permission, "group_ids"), group_ids),
        }
        for permission in ("read", "write")
    }


def _ids(access: Json, permission: str, kind: str) -> list[str]:
    part = access.get(permission)
    found = part.get(kind) if isinstance(part, dict) else None
    return [str(each) for each in found] if isinstance(found, list) else []


def _mapped(ids: Iterable[str], known: Mapping[str, str]) -> list[str]:
    return [known[each] for each in ids if each in known]


def configuration_of(source: Source) -> Json:
    """By dotted keys. It was one document once; of several, the newest counts. Broken values are left out."""
    found: Json = {}
    for row in source.rows("config"):
        try:
            if "key" in row:
                found[text(row, "key")] = json_value(row, "value")
            else:
                found = dict(_flat(json_object(row, "data"), ""))
        except BrokenRow:
            continue
    return found


def _flat(document: Json, above: str) -> Iterator[tuple[str, Any]]:
    for key, value in document.items():
        yield f"{above}{key}", value
        if isinstance(value, dict):
            yield from _flat(value, f"{above}{key}.")


def connections_of(configuration: Json) -> Iterator[tuple[Connection | None, str, str]]:
    """Each server with its address, and what is to be said about it; None for one that cannot come along."""
    keys = _list(configuration, "openai.api_keys")
    configs = configuration.get("openai.api_configs")
    configs = configs if isinstance(configs, dict) else {}
    on = configuration.get("openai.enable", True) is not False
    for place, url in enumerate(map(str, _list(configuration, "openai.api_base_urls"))):
        config = configs.get(str(place), configs.get(url))
        key = str(keys[place]) if place < len(keys) and keys[place] else ""
        yield _connection(url.rstrip("/"), key, config if isinstance(config, dict) else {}, on)


def _connection(url: str, key: str, config: Json, on: bool) -> tuple[Connection | None, str, str]:
    if not key and OPENAI in url:
        return None, url, "it has no key"
    try:
        check_url(url)
    except Invalid as error:
        return None, url, error.message
    if config.get("azure") or config.get("auth_type", "bearer") not in ("bearer", "none", "", None):
        return None, url, "Penstock signs in to servers with a key alone"
    prefix = str(config.get("prefix_id") or "")
    listed = config.get("model_ids")
    connection = Connection(
        id=str(uuid.uuid5(uuid.NAMESPACE_URL, f"{url}|{prefix}")),
        url=url,
        key=key,
        prefix=prefix,
        enabled=on and config.get("enable", True) is not False,
        model_ids=[str(each) for each in listed] if isinstance(listed, list) else [],
    )
    return connection, url, "its further headers do not come along" if config.get("headers") else ""


def _list(configuration: Json, key: str) -> list[Any]:
    value = configuration.get(key)
    if isinstance(value, str):
        value = value.split(";")
    return value if isinstance(value, list) else []


def ollama_of(configuration: Json) -> list[str]:
    """Addresses of Ollama that were in use."""
    used = configuration.get("ollama.enable") is True
    return [str(url).rstrip("/") for url in _list(configuration, "ollama.base_urls")] if used else []


def settings_of(configuration: Json) -> dict[str, Any]:
    """Settings of the server that mean the same here, by their keys here."""
    found = {}
    for theirs, ours in SETTINGS.items():
        value = configuration.get(theirs)
        if value in (None, "", []):
            continue
        if ours == "auth.default_role" and value not in ROLES_OF_STRANGERS:
            continue
        found[ours] = value is True if ours == "auth.signup" else msgspec.to_builtins(value)
    return found
