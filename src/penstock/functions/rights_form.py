"""Decisions about rights as admins send them: checked field by field, kept as what is set, laid over the defaults."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import msgspec

from penstock.errors import BadHost, Invalid
from penstock.functions.hosts import parse_host
from penstock.functions.rights import PROFILES, Budget, Rights

DATA = ("user", "all")
ANSWERED = frozenset({"defaults", "effective", "bounds", "updated_at", "updated_by"})
"""What answers have beside the rights; it may be sent back and means nothing then."""

MOST_HOSTS = 1000
KIB, MIB, GIB = 2**10, 2**20, 2**30


class Bound(NamedTuple):
    """The values that a budget may have. `unit` is `seconds`, `bytes`, or empty for a count."""

    least: float
    most: float
    unit: str = ""


BOUNDS: Mapping[str, Bound] = {
    "deadline": Bound(0.1, 24 * 3600, "seconds"),
    "cpu": Bound(0.1, 24 * 3600, "seconds"),
    "memory": Bound(64 * MIB, 1024 * GIB, "bytes"),
    "processes": Bound(8, 100_000),
    "file_size": Bound(64 * KIB, 1024 * GIB, "bytes"),
    "disk": Bound(MIB, 10 * 1024 * GIB, "bytes"),
    "open_files": Bound(64, 1_000_000),
    "output": Bound(KIB, GIB, "bytes"),
    "log": Bound(0, GIB, "bytes"),
    "events": Bound(1, 1_000_000),
    "questions": Bound(0, 10_000),
    "concurrency": Bound(1, 100_000),
    "queue": Bound(0, 1_000_000),
}
FRACTIONS = frozenset({"deadline", "cpu"})


class Danger(NamedTuple):
    """A right that an admin should not give by accident; `message` says what it means."""

    field: str
    message: str


def changed(stored: Mapping[str, Any], given: Any, bounds: Mapping[str, Bound] = BOUNDS) -> dict[str, Any]:
    """What is set once `given` was merged into it; null takes a field back to its default.

    Raises `Invalid` with `errors`, one `{"field", "message"}` for each value that cannot be used.
    """
    if not isinstance(given, Mapping):
        raise Invalid("Rights are a JSON object.", errors=[])
    problems: dict[str, str] = {}
    result = dict(stored)
    for name, value in given.items():
        if name == "budget":
            _change_budget(result, value, bounds, problems)
        elif name in _CHECKS:
            _change(result, name, _CHECKS[name](value, problems) if value is not None else None)
        elif name not in ANSWERED:
            problems[name] = f"There is no right `{name}`; there are {_listed([*_CHECKS, 'budget'])}."
    if problems:
        errors = [{"field": field, "message": message} for field, message in problems.items()]
        said = " ".join(f"{each['field']}: {each['message']}" for each in errors)
        raise Invalid(said, hint="Nothing was changed.", errors=errors)
    return result


def laid_over(defaults: Rights, stored: Mapping[str, Any]) -> Rights:
    """The rights in force."""
    fields = {**stored, "budget": msgspec.structs.replace(defaults.budget, **stored.get("budget", {}))}
    if "hosts" in fields:
        fields["hosts"] = tuple(fields["hosts"])
    return msgspec.structs.replace(defaults, **fields)


def dangers(before: Rights, after: Rights) -> list[Danger]:
    """What `after` allows that `before` did not, and that needs a second thought."""
    found = []
    if after.profile == "trusted" != before.profile:
        found.append(Danger("profile", TRUSTED))
    if after.data == "all" != before.data:
        found.append(Danger("data", EVERYBODY))
    if after.page_script and not before.page_script:
        found.append(Danger("page_script", PAGE_SCRIPT))
    return found


TRUSTED = (
    "`trusted` takes away all walls: the code of this function may then read and change whatever the server can, "
    "its database, its keys and the files of everybody included."
)
EVERYBODY = (
    "`data: all` lets this function read chats, files, memories and addresses of everybody, whoever runs it, and "
    "change them, functions and models where an administrator runs it."
)
PAGE_SCRIPT = (
    "`page_script` lets JavaScript of this function run in the page itself, where it can do whatever the person who "
    "looks at it may do."
)


def _change(result: dict[str, Any], name: str, value: Any) -> None:
    if value is None:
        result.pop(name, None)
    else:
        result[name] = value


def _change_budget(result: dict[str, Any], given: Any, bounds: Mapping[str, Bound], problems: dict[str, str]) -> None:
    if given is None:
        result.pop("budget", None)
        return
    if not isinstance(given, Mapping):
        problems["budget"] = "A budget is a JSON object."
        return
    budget = dict(result.get("budget", {}))
    for name, value in given.items():
        if name not in bounds:
            problems[f"budget.{name}"] = f"There is no budget `{name}`; there are {_listed(Budget.__struct_fields__)}."
        elif value is None:
            budget.pop(name, None)
        elif problem := _out_of_bounds(name, value, bounds[name]):
            problems[f"budget.{name}"] = problem
        else:
            budget[name] = value
    _change(result, "budget", budget or None)


def _out_of_bounds(name: str, value: Any, bound: Bound) -> str:
    whole = name not in FRACTIONS
    if isinstance(value, bool) or not isinstance(value, int if whole else int | float):
        return f"`{name}` is a {'whole ' if whole else ''}number{f' of {bound.unit}' if bound.unit else ''}."
    if not bound.least <= value <= bound.most:
        return f"`{name}` is from {_amount(bound.least, bound.unit)} to {_amount(bound.most, bound.unit)}."
    return ""


def _amount(value: float, unit: str) -> str:
    number = f"{value:,.15g} {unit}".rstrip()
    if unit != "bytes" or value < KIB:
        return number
    size, name = next((size, name) for size, name in ((GIB, "GiB"), (MIB, "MiB"), (KIB, "KiB")) if value >= size)
    return f"{value / size:,.10g} {name} ({number})"


def _profile(value: Any, problems: dict[str, str]) -> Any:
    if value not in PROFILES:
        problems["profile"] = f"There is no profile {value!r}; there are {_listed(PROFILES)}."
    return value


def _data(value: Any, problems: dict[str, str]) -> Any:
    if value not in DATA:
        problems["data"] = f"`data` is {' or '.join(f'`{each}`' for each in DATA)}, not {value!r}."
    return value


def _page_script(value: Any, problems: dict[str, str]) -> Any:
    if not isinstance(value, bool):
        problems["page_script"] = "`page_script` is true or false."
    return value


def _hosts(value: Any, problems: dict[str, str]) -> Any:
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        problems["hosts"] = "`hosts` is a list of texts."
        return value
    if len(value) > MOST_HOSTS:
        problems["hosts"] = f"`hosts` has at most {MOST_HOSTS:,} entries."
        return value
    hosts: dict[str, None] = {}
    for number, text in enumerate(value):
        try:
            hosts[str(parse_host(text))] = None
        except BadHost as error:
            problems[f"hosts.{number}"] = error.message
    return list(hosts)


_CHECKS = {"profile": _profile, "hosts": _hosts, "data": _data, "page_script": _page_script}


def _listed(names: Any) -> str:
    return ", ".join(f"`{name}`" for name in names)
