"""People with an account."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from typing import Any

from sqlalchemy import bindparam, delete, func, or_, select, update
from sqlalchemy.exc import IntegrityError

from penstock.errors import Conflict, NotFound
from penstock.store import tables
from penstock.store.database import Database
from penstock.store.records import User
from penstock.store.rows import Rows, rows_gone
from penstock.store.search import contains
from penstock.store.warm import Warm
from penstock.store.writer import RowTarget

table = tables.users


class Users:
    """`deleted` is called after a user went, so that nothing warm outlives them."""

    def __init__(self, database: Database, deleted: Callable[[], None] = lambda: None) -> None:
        self._database = database
        self._deleted = deleted
        self._rows = Rows(database, table, User, "user")
        self._warm: Warm[str, User | None] = Warm()
        self._touched = RowTarget(
            update(table).where(table.c.id == bindparam("key")).values(last_active_at=bindparam("at"))
        )

    async def get(self, user_id: str) -> User | None:
        return await self._warm.get(user_id, lambda: self._rows.first(table.c.id == user_id))

    async def get_by_email(self, email: str) -> User | None:
        return await self._rows.first(table.c.email_key == email_key(email))

    async def create(
        self, email: str, name: str, password_hash: str | None, role: str, profile_image_url: str = "/user.png"
    ) -> User:
        """Raises `Conflict` when the address has an account, in whatever case it is written."""
        user = _new(email, name, role, profile_image_url)
        await self._insert(user, password_hash, only_first=False)
        return user

    async def create_first(
        self, email: str, name: str, password_hash: str | None, role: str, profile_image_url: str = "/user.png"
    ) -> User | None:
        """The account, or None when there is already one, whoever was quicker."""
        user = _new(email, name, role, profile_image_url)
        return user if await self._insert(user, password_hash, only_first=True) else None

    async def _insert(self, user: User, password_hash: str | None, *, only_first: bool) -> bool:
        try:
            async with self._database.transaction() as connection:
                await self._database.lock(connection, "first user")
                if only_first and await connection.scalar(select(func.count()).select_from(table)):
                    return False
                more = {"email_key": email_key(user.email), "password_hash": password_hash}
                await self._rows.insert_on(connection, user, **more)
        except Conflict as error:
            raise _taken(user.email) from error
        self._warm.drop(user.id)
        return True

    async def count(self) -> int:
        return int(await self._database.scalar(select(func.count()).select_from(table)))

    async def list(self, query: str = "", skip: int = 0, limit: int = 50) -> list[User]:
        statement = self._rows.select().order_by(table.c.created_at, table.c.id).offset(skip).limit(limit)
        if query:
            statement = statement.where(
                or_(contains(table.c.name, query, self._database), contains(table.c.email, query, self._database))
            )
        return await self._rows.all(statement)

    async def update(self, user_id: str, **changes: Any) -> User:
        """Raises `NotFound`, or `Conflict` for an address that is taken."""
        if "email" in changes:
            changes["email_key"] = email_key(changes["email"])
        try:
            return await self._rows.update([table.c.id == user_id], changes)
        except Conflict as error:
            if isinstance(error.__cause__, IntegrityError) and "email" in changes:
                raise _taken(changes["email"]) from error
            raise
        finally:
            self._warm.drop(user_id)

    async def password_hash(self, user_id: str) -> str | None:
        found: str | None = await self._database.scalar(select(table.c.password_hash).where(table.c.id == user_id))
        return found

    async def set_password(self, user_id: str, password_hash: str) -> None:
        await self._rows.update([table.c.id == user_id], {"password_hash": password_hash})
        self._warm.drop(user_id)

    async def delete(self, user_id: str) -> None:
        """With all that is the user's own: sessions, keys, chats, valves, memories, folders. Raises `NotFound`."""
        async with self._database.transaction() as connection:
            for owned in (tables.events, tables.questions, tables.valves, tables.kv, tables.files):
                await connection.execute(delete(owned).where(owned.c.user_id == user_id))
            layers = tables.layered_valves
            await connection.execute(delete(layers).where(layers.c.layer == "user", layers.c.subject_id == user_id))
            gone = await rows_gone(connection, delete(table).where(table.c.id == user_id))
        self._warm.drop(user_id)
        self._deleted()
        if not gone:
            raise NotFound("This user does not exist.")

    def touch(self, user_id: str) -> None:
        """Note that the user is there. Written soon, at most once per batch."""
        self._database.writer.put(self._touched, {"key": user_id, "at": time.time()}, user_id)


def email_key(email: str) -> str:
    """The address as it is compared."""
    return email.strip().casefold()


def _new(email: str, name: str, role: str, profile_image_url: str) -> User:
    now = time.time()
    return User(
        id=str(uuid.uuid4()),
        email=email.strip(),
        name=name,
        role=role,
        profile_image_url=profile_image_url,
        created_at=now,
        updated_at=now,
        last_active_at=now,
    )


def _taken(email: str) -> Conflict:
    return Conflict(f"The address {email.strip()} already has an account.", hint="Sign in, or use another address.")
