"""Shapes that several nouns share."""

from typing import Any, Literal, NotRequired, TypedDict

Role = Literal["pending", "user", "moderator", "admin"]


class Status(TypedDict):
    """It worked."""

    status: bool


class Problem(TypedDict):
    """What is wrong with one field. `loc` is its path, beginning with the part of the request that it is in."""

    type: str | None
    loc: list[str | int]
    msg: str | None


class FieldError(TypedDict):
    """What is wrong with one field, by its path."""

    field: str
    message: str


class Error(TypedDict):
    """Every refusal. `code` is stable; `detail` is a sentence, or a list of what is wrong with which field.

    Some errors have further fields of their own.
    """

    detail: str | list[Problem]
    code: str
    hint: str
    errors: NotRequired[list[Any]]


class AccessGrant(TypedDict):
    """One permission, in the newer form of the same thing; `*` is everybody."""

    principal_type: str
    principal_id: str
    permission: str
