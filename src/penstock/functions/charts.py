"""What `chart` means in the return value of an action: its data is drawn, with the table behind it (spec A5). Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

KINDS = ("bar", "line", "area", "pie", "scatter")
KEYS = {"type", "x", "y", "stacked"}


def chart_of(wanted: Any, data: Any, notes: list[str]) -> dict[str, Any] | None:
    """`"bar"`, or `{"type": "bar", "x": column, "y": [columns], "stacked": true}`, as the page reads it.

    None, with a note to the author, for what cannot be drawn: the data is shown as it would be without it.
    """
    given: Mapping[str, Any] = wanted if isinstance(wanted, Mapping) else {"type": wanted}
    kind = given.get("type")
    if kind not in KINDS:
        notes.append(f"`chart` is one of {', '.join(KINDS)}, not {kind!r}.")
        return None
    if not isinstance(data, Mapping | list):
        notes.append("`chart` needs `data` with rows: a list of objects, or an object of lists or numbers.")
        return None
    if unknown := sorted(map(str, set(given) - KEYS)):
        notes.append(f"Keys that have no meaning in `chart`: {', '.join(unknown)}.")
    chart: dict[str, Any] = {"type": kind}
    if isinstance(x := given.get("x"), str) and x:
        chart["x"] = x
    y = given.get("y")
    if columns := [y] if isinstance(y, str) else [str(name) for name in y] if isinstance(y, list) else []:
        chart["y"] = columns
    if given.get("stacked") is True:
        chart["stacked"] = True
    return chart
