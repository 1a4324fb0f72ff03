"""The rights in force of each function."""

from __future__ import annotations

from collections.abc import Mapping

from penstock.functions import rights_form
from penstock.functions.rights import Budget, Rights
from penstock.settings import Settings
from penstock.store import Store


class Granted:
    """Reads are warm until somebody decides anew."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self.defaults = default_rights(settings)

    async def of(self, function_id: str) -> Rights:
        """Those of the defaults also where there is no such function (yet)."""
        given = await self._store.rights.get(function_id)
        return rights_form.laid_over(self.defaults, given.data) if given else self.defaults

    async def all(self) -> Mapping[str, Rights]:
        """Of the functions about which there is a decision."""
        found = await self._store.rights.all()
        return {id: rights_form.laid_over(self.defaults, given.data) for id, given in found.items()}


def default_rights(settings: Settings) -> Rights:
    """The rights of a function about which nobody has decided."""
    return Rights(
        profile=settings.default_profile,
        budget=Budget(
            cpu=settings.budget_cpu,
            memory=settings.budget_memory,
            processes=settings.budget_processes,
            file_size=settings.budget_file_size,
            disk=settings.budget_disk,
            open_files=settings.budget_open_files,
            output=settings.output_limit,
            log=settings.budget_log,
            events=settings.budget_events,
            questions=settings.budget_questions,
            concurrency=settings.budget_concurrency,
            queue=settings.budget_queue,
        ),
    )
