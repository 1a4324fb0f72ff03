"""What a function may be called (spec L1)."""

from __future__ import annotations

from collections.abc import Collection

from penstock.errors import BadRequest

LONGEST_ID = 200


def valid_id(function_id: str) -> str:
    """The id in lower case. Raises `BadRequest` with the reason (L1)."""
    function_id = function_id.strip().lower()
    hint = "Use letters, digits and underscores, and no digit first, as in `my_action`."
    if not function_id:
        raise BadRequest("A function needs an id.", hint=hint, field="id")
    if not function_id.isidentifier():
        raise BadRequest(f"`{function_id}` cannot be an id: it is not a Python identifier.", hint=hint, field="id")
    if len(function_id) > LONGEST_ID:
        too_long = f"An id may have {LONGEST_ID} characters; this one has {len(function_id)}."
        raise BadRequest(too_long, hint=hint, field="id")
    return function_id


def id_taken(function_id: str) -> BadRequest:
    said = f"There is already a function with the id `{function_id}`."
    return BadRequest(said, hint="Choose another id.", field="id")


def free_id(wanted: str, taken: Collection[str]) -> str:
    """`wanted`, with a number where it is taken."""
    numbered = (f"{wanted}_{number}" for number in range(2, len(taken) + 3))
    return next(candidate for candidate in (wanted, *numbered) if candidate not in taken)
