"""Takes in users with their passwords, groups and API keys."""

from __future__ import annotations

import time
from dataclasses import dataclass

from msgspec import structs
from sqlalchemy import select

from penstock.flows.accounts import API_KEY_PREFIX
from penstock.flows.openwebui import people_rows
from penstock.flows.openwebui.job import NO_OWNER, Job
from penstock.flows.openwebui.rows import BrokenRow, Row, seconds, text
from penstock.flows.openwebui.source import Source
from penstock.store import tables
from penstock.store.intake import Arrivals
from penstock.store.records import Group, User
from penstock.store.users import email_key

EVERYBODY = 10_000_000


@dataclass(frozen=True, slots=True)
class Account:
    """A user to be written."""

    user: User
    password_hash: str | None


async def plan_users(job: Job, source: Source) -> list[Account]:
    """The accounts to write; `job.users` knows afterwards who each user of the source is here."""
    present = await job.store.users.list(limit=EVERYBODY)
    by_id = {user.id: user for user in present}
    by_email = {email_key(user.email): user for user in present}
    passwords = {text(row, "id"): row for row in source.rows("auth")}
    present_ids = set(by_id)
    accounts, noun = [], job.report.noun("users")
    for row in source.rows("user"):
        try:
            user = people_rows.user_of(row)
        except BrokenRow as error:
            noun.note(text(row, "id"), text(row, "email"), "skipped", str(error))
            continue
        there = user.id
        hashed, note = people_rows.password_of(passwords.get(there))
        known = by_id.get(there) or by_email.get(email_key(user.email))
        if known is None:
            accounts.append(Account(user, hashed))
            noun.note(there, user.email, "added", note)
        elif known.id not in present_ids:
            noun.note(there, user.email, "skipped", f"the account {known.email} has its address and gets what it owns")
            user = known
        elif job.choices.replace:
            user = structs.replace(user, id=known.id, role=known.role, email=known.email)
            kept = hashed or await job.store.users.password_hash(known.id)
            accounts.append(Account(user, kept))
            noun.note(there, user.email, "replaced", "" if hashed else "keeps its password")
        else:
            noun.note(there, user.email, "kept", _merged(there, known))
            user = known
        job.users[there] = by_email[email_key(user.email)] = user
    job.admin = next((user for user in [*present, *job.users.values()] if user.role == "admin"), None)
    if job.admin is None and job.users:
        job.report.notes.append("None of the accounts is an administrator's.")
    return accounts


def _merged(there: str, known: User) -> str:
    return "" if known.id == there else "has an account here, which gets what the other one owns"


async def take_people(job: Job, source: Source, accounts: list[Account], arrivals: Arrivals) -> None:
    for account in accounts:
        await arrivals.put_user(account.user, account.password_hash)
    await _take_groups(job, source, arrivals)
    await _take_api_keys(job, source, arrivals)


async def _take_groups(job: Job, source: Source, arrivals: Arrivals) -> None:
    noun, present = job.report.noun("groups"), await job.store.groups.list()
    by_id = {group.id: group for group in present}
    by_name = {group.name: group for group in present}
    user_ids = job.user_ids()
    for row, members in people_rows.groups_of(source):
        try:
            group = people_rows.group_of(
                row, list(dict.fromkeys(user_ids[each] for each in members if each in user_ids))
            )
        except BrokenRow as error:
            noun.note(text(row, "id"), text(row, "name"), "skipped", str(error))
            continue
        there = group.id
        known = by_id.get(there) or by_name.get(group.name)
        if known is None:
            await arrivals.put(group)
            noun.note(there, group.name, "added", _nested(row))
        elif job.choices.replace:
            group = structs.replace(group, id=known.id)
            await arrivals.put(group)
            noun.note(there, group.name, "replaced", _nested(row))
        else:
            noun.note(there, group.name, "kept", await _joined(known, group, arrivals))
            group = known
        job.groups[there] = group.id


def _nested(row: Row) -> str:
    return "groups within groups do not come along: it stands alone" if text(row, "parent_group_id") else ""


async def _joined(known: Group, group: Group, arrivals: Arrivals) -> str:
    """Members of the group there become members of the one here."""
    missing = [user_id for user_id in group.user_ids if user_id not in known.user_ids]
    if not missing:
        return ""
    await arrivals.set_members(known.id, [*known.user_ids, *missing])
    return f"gets {len(missing)} more members"


async def _take_api_keys(job: Job, source: Source, arrivals: Arrivals) -> None:
    noun = job.report.noun("API keys")
    owners = await arrivals.values(select(tables.api_keys.c.user_id))
    used = await arrivals.values(select(tables.api_keys.c.digest))
    given: set[str] = set()
    for row in people_rows.api_keys_of(source):
        owner, key = job.users.get(text(row, "user_id")), text(row, "key")
        item = text(row, "id") or text(row, "user_id"), owner.email if owner else ""
        if owner is None:
            noun.note(*item, "skipped", NO_OWNER)
        elif not key.startswith(API_KEY_PREFIX):
            noun.note(*item, "skipped", "it is no key of Open WebUI's")
        elif 0 < seconds(row.get("expires_at")) < time.time():
            noun.note(*item, "skipped", "it has expired")
        elif owner.id in given:
            noun.note(*item, "skipped", "Penstock has one key for each person; the newest comes along")
        elif arrivals.digest(key) in used or (owner.id in owners and not job.choices.replace):
            noun.note(*item, "kept")
        else:
            await arrivals.put_api_key(owner.id, key)
            noun.note(*item, "replaced" if owner.id in owners else "added")
            given.add(owner.id)
