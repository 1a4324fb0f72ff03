"""A database for functions that keep tables of their own: SQLite in the function's private folder.

The server's own tables are not in it; they are reached through `open_webui.models`.
"""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

from open_webui import env
from open_webui._absent import TABLES
from open_webui._missing import StandIn, refuse

# fmt: off
TABLES_OF_THE_SERVER = frozenset({
    "access_grant", "api_key", "auth", "channel", "channel_member", "chat", "chat_file", "chat_message", "config",
    "document", "feedback", "file", "folder", "function", "group", "group_member", "knowledge", "knowledge_file",
    "memory", "message", "message_reaction", "model", "note", "prompt", "shared_chat", "skill", "tag", "tool", "user",
})
# fmt: on
_lock = threading.RLock()
_made: dict[str, Any] = {}


def _engine() -> Any:
    try:
        from sqlalchemy import create_engine, event
    except ImportError:
        refuse("internal.db", "SQLAlchemy", "Name sqlalchemy in the requirements of the function.")
    made = create_engine(env.DATABASE_URL, connect_args={"check_same_thread": False})
    event.listen(made, "handle_error", _explain)
    return made


def _explain(context: Any) -> None:
    """Say of a query on a table of the server's why it is not there."""
    found = re.search(r"no such table: (?:main\.)?(\w+)", str(context.original_exception))
    if found and found[1] in TABLES_OF_THE_SERVER:
        refuse(f"The table `{found[1]}` of open_webui.internal.db", TABLES, "Use the classes of open_webui.models.")


def _base() -> Any:
    from sqlalchemy import MetaData
    from sqlalchemy.orm import declarative_base

    return declarative_base(metadata=MetaData())


def _session_local() -> Any:
    from sqlalchemy.orm import Session, sessionmaker

    class OwnSession(Session):
        def get(self, entity: Any, *arguments: Any, **named: Any) -> Any:
            if isinstance(entity, StandIn):
                entity()  # which says what it stands for
            return super().get(entity, *arguments, **named)

    return sessionmaker(class_=OwnSession, bind=_have("engine"), autoflush=False, expire_on_commit=False)


def _scoped_session() -> Any:
    from sqlalchemy.orm import scoped_session

    return scoped_session(_have("SessionLocal"))


_MAKERS = {"engine": _engine, "Base": _base, "SessionLocal": _session_local, "Session": _scoped_session}


def _have(name: str) -> Any:
    with _lock:
        if name not in _made:
            _made[name] = _MAKERS[name]()
        return _made[name]


def get_session() -> Iterator[Any]:
    """A session that is closed afterwards."""
    session = _have("SessionLocal")()
    try:
        yield session
    finally:
        session.close()


get_db = contextmanager(get_session)


@contextmanager
def get_db_context(db: Any = None) -> Iterator[Any]:
    """The session given, or a new one."""
    if db is not None:
        yield db
        return
    with get_db() as session:
        yield session


class _Awaited:
    """A session whose calls run in threads and are awaited."""

    def __init__(self, session: Any) -> None:
        self._session = session

    def __getattr__(self, name: str) -> Any:
        attribute = getattr(self._session, name)
        if name not in (
            "execute",
            "commit",
            "rollback",
            "refresh",
            "flush",
            "close",
            "get",
            "scalar",
            "scalars",
            "delete",
            "merge",
        ):
            return attribute

        async def awaited(*arguments: Any, **named: Any) -> Any:
            return await asyncio.to_thread(attribute, *arguments, **named)

        return awaited


@asynccontextmanager
async def get_async_db_context(db: Any = None) -> AsyncIterator[Any]:
    """The session given, or a new one, to be awaited."""
    if db is not None:
        yield db
        return
    with get_db() as session:
        yield _Awaited(session)


get_async_db = get_async_session = get_async_db_context


def __getattr__(name: str) -> Any:
    if name in _MAKERS:
        return _have(name)
    if name == "JSONField":
        from sqlalchemy import JSON

        return JSON
    if name in ("SQLALCHEMY_DATABASE_URL", "DATABASE_URL"):
        return env.DATABASE_URL
    raise AttributeError(f"module 'open_webui.internal.db' has no attribute {name!r}")
