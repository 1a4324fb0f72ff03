"""Stream filters: one call per item of a batch (F6). Items may come packed, and go back as they came."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Sequence
from typing import Any

from penstock.protocol.packing import pack, unpack
from penstock.worker.values import NotPlain, plain

Call = Callable[[Any], Any]


class _Untouched:
    """Stands for the result of an item that the hook does not see."""


_UNTOUCHED = _Untouched()


def each(call: Call, items: Sequence[Any], made: list[Any]) -> None:
    """Put into `made` what a plain hook makes of the items; where it fails, what it made before stays there."""
    for item in items:
        event = _read(item)
        made.append(event if event is _UNTOUCHED else call(event))


async def each_awaited(call: Call, items: Sequence[Any], made: list[Any]) -> None:
    """The same for a hook that is awaited, one item after the other."""
    for item in items:
        event = _read(item)
        made.append(event if event is _UNTOUCHED else await call(event))


async def finish(made: list[Any]) -> None:
    """Await what plain hooks gave to be awaited; where one fails, it and the rest are taken out."""
    for index, value in enumerate(made):
        if not inspect.isawaitable(value):
            continue
        try:
            made[index] = await value
        except BaseException:
            del made[index:]
            raise


def answers(made: Sequence[Any], items: Sequence[Any]) -> list[Any]:
    """Results as they travel, each in the form of its item. Raises `TypeError` for what cannot be sent."""
    return [
        given if value is _UNTOUCHED else _packed(value, given) if type(given) is bytes else _plain(value)
        for value, given in zip(made, items, strict=False)  # a hook that fails makes fewer
    ]


def _read(item: Any) -> Any:
    """An item as the hook sees it. Packed ones are events; what an earlier filter left that is none passes by."""
    if type(item) is not bytes:
        return item
    try:
        event = unpack(item)
    except ValueError:
        return _UNTOUCHED
    return event if type(event) is dict else _UNTOUCHED


def _packed(value: Any, given: bytes) -> bytes:
    try:
        packed = pack(value)
    except (TypeError, ValueError, OverflowError, RecursionError):
        return pack(_plain(value))
    return given if packed == given else pack(_plain(value))


def _plain(value: Any) -> Any:
    try:
        return plain(value)
    except NotPlain as error:
        raise TypeError(f"what the hook returned cannot be sent: {error}") from None


def bound(target: Any, positional: Sequence[Any], named: dict[str, Any], body_name: str | None) -> Call:
    """A hook as a function of its body alone, given how it would be called with None as the body."""
    if positional:
        return functools.partial(target, **named) if named else target
    if body_name is None:
        return lambda _: target(**named)
    others = {name: value for name, value in named.items() if name != body_name}
    if _is_first(target, body_name):
        return functools.partial(target, **others) if others else target
    return lambda body: target(**others, **{body_name: body})


def _is_first(target: Any, name: str) -> bool:
    """Whether a parameter may be given as the only one by position."""
    try:
        first = next(iter(inspect.signature(target).parameters.values()), None)
    except (TypeError, ValueError):
        return False
    return first is not None and first.name == name and first.kind is first.POSITIONAL_OR_KEYWORD
