"""What admins set about tasks: which there are, which model they ask, in which words (`/api/v1/tasks/config`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from penstock.errors import Invalid
from penstock.store import Store

CONFIG = "tasks.config"  # key in the store's settings
DEFAULTS: dict[str, Any] = {
    "TASK_MODEL": "",
    "TASK_MODEL_EXTERNAL": "",
    "ENABLE_TITLE_GENERATION": True,
    "ENABLE_TAGS_GENERATION": True,
    "ENABLE_FOLLOW_UP_GENERATION": True,
    "ENABLE_AUTOCOMPLETE_GENERATION": False,
    "ENABLE_SEARCH_QUERY_GENERATION": True,
    "ENABLE_RETRIEVAL_QUERY_GENERATION": True,
    "ENABLE_TASKS_FOR_ALL_PIPES": False,  # also for those that cannot tell a task from a question
    "TITLE_GENERATION_PROMPT_TEMPLATE": "",
    "TAGS_GENERATION_PROMPT_TEMPLATE": "",
    "FOLLOW_UP_GENERATION_PROMPT_TEMPLATE": "",
    "QUERY_GENERATION_PROMPT_TEMPLATE": "",
}
"""Names are Open WebUI's, but for the pipes. An empty template is Penstock's own words."""

SWITCHES = {
    "title_generation": "ENABLE_TITLE_GENERATION",
    "tags_generation": "ENABLE_TAGS_GENERATION",
    "follow_up_generation": "ENABLE_FOLLOW_UP_GENERATION",
}


async def read(store: Store) -> dict[str, Any]:
    return {**DEFAULTS, **await store.settings.get(CONFIG, {})}


async def change(store: Store, given: Mapping[str, Any]) -> dict[str, Any]:
    """Merge `given` into what is set; null goes back to the default, keys that nobody knows are kept.

    Raises `Invalid` with `errors` per field, and then nothing has changed.
    """
    errors = [
        {"field": name, "message": "It is true or false." if isinstance(default, bool) else "It is a text."}
        for name, default in DEFAULTS.items()
        if given.get(name) is not None and not isinstance(given[name], type(default))
    ]
    if errors:
        said = " ".join(f"{each['field']}: {each['message']}" for each in errors)
        raise Invalid(said, hint="Nothing was changed.", errors=errors)
    merged = {**await store.settings.get(CONFIG, {}), **given}
    await store.settings.set(CONFIG, {name: value for name, value in merged.items() if value is not None})
    return await read(store)


def is_on(config: Mapping[str, Any], task: str, body: Mapping[str, Any]) -> bool:
    """Whether admins want this task done; queries are for a search or for a retrieval, as `type` in the body says."""
    if task == "query_generation":
        purpose = "SEARCH" if body.get("type") == "web_search" else "RETRIEVAL"
        return bool(config[f"ENABLE_{purpose}_QUERY_GENERATION"])
    return bool(config[SWITCHES[task]])
