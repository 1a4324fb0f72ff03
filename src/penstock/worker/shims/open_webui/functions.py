"""Functions of the server, as its own code looks them up."""

from __future__ import annotations

from typing import Any

from open_webui import _neighbours
from open_webui._bridge import call
from open_webui._missing import any_name, refuse


def get_function_module_by_id(request: Any = None, pipe_id: str = "", *_: Any, **__: Any) -> Any:
    """This function itself, or a stand-in for another of which the valves can be read."""
    id = pipe_id.partition(".")[0]
    found = _neighbours.find(id)
    if found is None:
        refuse(f"open_webui.functions.get_function_module_by_id({id!r})", "a function that is not installed")
    return found


async def get_function_models(request: Any = None, *_: Any, **__: Any) -> list[dict[str, Any]]:
    """The models that functions are."""
    return [model for model in call("models.list") if model.get("pipe")]


_HINT = "Use generate_chat_completion with the id of its model."
__getattr__ = any_name("functions", "another function's process", _HINT)
