"""Functions that came from an address: is there something new, what would change, and taking it (spec L3)."""

from __future__ import annotations

import difflib
import time
from dataclasses import dataclass

from penstock.environments import Progress, silent
from penstock.errors import BadRequest, Conflict
from penstock.flows import source_urls
from penstock.flows.registry import Registry
from penstock.flows.serving import hash_of
from penstock.flows.source_urls import FetchedSource
from penstock.functions import manifest
from penstock.settings import Settings
from penstock.store.records import Function, User


@dataclass(frozen=True, slots=True)
class OriginCheck:
    """What an address holds now, beside what serves here."""

    url: str
    sha256: str
    checked_at: float
    changed: bool  # the address holds something else than when it was last taken
    edited: bool  # somebody here has changed what came from there
    version: str  # as the frontmatter there says
    content: str
    content_diff: str  # from what serves here to what is there


class Origins:
    """Looks before it takes: nothing is changed that nobody has seen."""

    def __init__(self, registry: Registry, settings: Settings) -> None:
        self._registry = registry
        self._settings = settings

    async def check(self, function_id: str) -> OriginCheck:
        """Raises `BadRequest` (no address, or one that cannot be read), `NotAllowed`, `TooLarge`."""
        function, found = await self._fetched(function_id)
        serving = (await self._registry.index.current()).servings.get(function_id)
        here = serving.version.source if serving is not None else ""
        return OriginCheck(
            url=found.url,
            sha256=found.sha256,
            checked_at=time.time(),
            changed=found.sha256 != function.origin_hash,
            edited=hash_of(here) != function.origin_hash,
            version=manifest.read(found.content).version,
            content=found.content,
            content_diff=_diff(function_id, here, found.content),
        )

    async def take(self, function_id: str, sha256: str, author: User, progress: Progress = silent) -> Function:
        """Make what was looked at (`sha256`) a new version. Raises `Conflict` where it is another by now."""
        function, found = await self._fetched(function_id)
        if found.sha256 != sha256:
            raise Conflict(
                f"{found.url} has changed since it was looked at.", hint="Check for the update again.", url=found.url
            )
        return await self._registry.update(
            function_id,
            function.name,
            found.content,
            {},
            author,
            f"Updated from {found.url}",
            progress,
            origin_hash=found.sha256,
        )

    async def _fetched(self, function_id: str) -> tuple[Function, FetchedSource]:
        function = await self._registry.get(function_id)
        if not function.origin_url:
            raise BadRequest(
                f"{function.name} did not come from an address.", hint="Import it from a URL to be told of updates."
            )
        return function, await source_urls.fetch(function.origin_url, allow_private=self._settings.private_urls)


def _diff(function_id: str, here: str, there: str) -> str:
    names = f"{function_id}.py (here)", f"{function_id}.py (there)"
    return "\n".join(difflib.unified_diff(here.splitlines(), there.splitlines(), *names, lineterm=""))
