"""Takes in folders, chats with their messages and shares, and memories."""

from __future__ import annotations

from msgspec import structs

from penstock.flows.openwebui import chat_rows
from penstock.flows.openwebui.job import NO_OWNER, Job
from penstock.flows.openwebui.report import Outcome
from penstock.flows.openwebui.rows import BrokenRow, Row, json_object, text
from penstock.flows.openwebui.source import Source
from penstock.store import tables
from penstock.store.intake import Arrivals
from penstock.store.records import Chat, Folder, Share, User

SAID_EVERY = 100  # chats


async def take_folders(job: Job, source: Source, arrivals: Arrivals) -> set[str]:
    """The ids of all folders that there are afterwards."""
    noun, present = job.report.noun("folders"), await arrivals.ids(tables.folders)
    found: list[tuple[Folder, Outcome]] = []
    for row in source.rows("folder"):
        try:
            folder = chat_rows.folder_of(row, _owner(job, row).id)
        except BrokenRow as error:
            noun.note(text(row, "id"), text(row, "name"), "skipped", str(error))
        else:
            found.append((folder, _outcome(job, folder.id in present)))
    all_ids = present | {folder.id for folder, _ in found}
    for folder, outcome in found:
        if outcome != "kept":
            parent = folder.parent_id if folder.parent_id in all_ids else None
            await arrivals.put(structs.replace(folder, parent_id=parent))
        noun.note(folder.id, folder.name, outcome)
    return all_ids


async def take_memories(job: Job, source: Source, arrivals: Arrivals) -> None:
    noun, present = job.report.noun("memories"), await arrivals.ids(tables.memories)
    for row in source.rows("memory"):
        name = text(row, "content")[:60]
        try:
            memory = chat_rows.memory_of(row, _owner(job, row).id)
        except BrokenRow as error:
            noun.note(text(row, "id"), name, "skipped", str(error))
            continue
        outcome = _outcome(job, memory.id in present)
        if outcome != "kept":
            await arrivals.put(memory)
        noun.note(memory.id, name, outcome)


class ChatIntake:
    """One chat after the other, so that a large database needs little memory."""

    def __init__(self, job: Job, source: Source, arrivals: Arrivals, folder_ids: set[str]) -> None:
        self._job = job
        self._source = source
        self._arrivals = arrivals
        self._folder_ids = folder_ids
        self._tag_names = chat_rows.tag_names_of(source.rows("tag"))
        self._share_ids: set[str] = set()

    async def take(self) -> None:
        noun, present = self._job.report.noun("chats"), await self._arrivals.ids(tables.chats)
        self._share_ids = await self._arrivals.ids(tables.shares)
        total = self._source.count("chat")
        for number, row in enumerate(self._source.rows("chat")):
            if number % SAID_EVERY == 0:
                self._job.progress(f"Chats: {number} of {total}")
            if chat_rows.is_shared_copy(row):
                continue
            outcome = _outcome(self._job, text(row, "id") in present)
            try:
                notes = [] if outcome == "kept" else await self._take(row)
            except BrokenRow as error:
                noun.note(text(row, "id"), text(row, "title"), "skipped", str(error))
            else:
                noun.note(text(row, "id"), text(row, "title"), outcome, *notes)

    async def _take(self, row: Row) -> list[str]:
        """Write one chat; what is to be said about it. Raises `BrokenRow`."""
        owner = _owner(self._job, row)
        if json_object(row, "meta").get("internal") is True:
            raise BrokenRow("it belongs to a note")
        names = self._tag_names.get(text(row, "user_id"), {})
        messages = self._source.where("chat_message", "chat_id", text(row, "id"))
        found = chat_rows.chat_of(row, messages, names, owner.id)
        chat, notes = found.chat, [f"without the message {lost}, which cannot be read" for lost in found.lost]
        if chat.folder_id not in self._folder_ids:
            chat = structs.replace(chat, folder_id=None)
        share = self._share(row, chat)
        await self._arrivals.put_chat(structs.replace(chat, share_id=share.id if share else None), found.messages)
        if share is not None:
            await self._arrivals.put(share)
        return notes

    def _share(self, row: Row, chat: Chat) -> Share | None:
        share_id, noun = text(row, "share_id"), self._job.report.noun("shared chats")
        if not share_id:
            return None
        rows = [*self._source.where("shared_chat", "id", share_id), *self._source.where("chat", "id", share_id)]
        try:
            if not rows:
                raise BrokenRow("its copy is gone")
            share = chat_rows.share_of(rows[0], chat)
        except BrokenRow as error:
            noun.note(share_id, chat.title, "skipped", str(error))
            return None
        noun.note(share_id, chat.title, _outcome(self._job, share_id in self._share_ids))
        return share


def _owner(job: Job, row: Row) -> User:
    owner = job.users.get(text(row, "user_id"))
    if owner is None:
        raise BrokenRow(NO_OWNER)
    return owner


def _outcome(job: Job, is_there: bool) -> Outcome:
    if not is_there:
        return "added"
    return "replaced" if job.choices.replace else "kept"
