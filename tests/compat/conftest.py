"""A whole server without HTTP, on which small functions are saved and run as their users would."""

from __future__ import annotations

import itertools
import textwrap
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest

from penstock.api.compose import StopClock, running
from penstock.flows import context_values
from penstock.flows.context import Services
from penstock.flows.context_values import RequestInfo
from penstock.flows.registry import Serving
from penstock.flows.run_order import RunOrder
from penstock.realtime.hub import Target
from penstock.settings import Settings
from penstock.store.records import Chat, Message, User

REQUEST = RequestInfo(
    url="http://penstock.test:8080/api/chat/actions/x?trace=1",
    base_url="http://penstock.test:8080/",
    headers={"accept-language": "de-CH", "user-agent": "test"},
    client=("127.0.0.1", 5000),
)
_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@dataclass(frozen=True)
class Stage:
    """The parts of the server, an admin, and a user for whom functions run."""

    services: Services
    admin: User
    user: User

    async def save(
        self, source: str, *, id: str | None = None, rights: dict[str, Any] | None = None, **fields: Any
    ) -> Serving:
        """Save a source, give it rights and switch it on."""
        id = id or f"f{next(_numbers)}"
        await self.services.registry.save(id, id, textwrap.dedent(source), {}, self.admin, is_active=True, **fields)
        if rights:
            await self.services.rights.change(id, rights, self.admin, confirmed=True)
        return await self.services.registry.serving(id)

    async def run(
        self,
        source: str | Serving,
        body: Any = None,
        *,
        hook: str = "action",
        user: User | None = None,
        chat_id: str | None = None,
        message_id: str | None = None,
        rights: dict[str, Any] | None = None,
        **values: Any,
    ) -> Any:
        """What a hook returns."""
        serving = await self.save(source, rights=rights) if isinstance(source, str) else source
        user = user or self.user
        context = context_values.build(
            serving.description,
            hook,
            user=user,
            id=serving.id,
            request=REQUEST,
            chat_id=chat_id,
            message_id=message_id,
            **values,
        )
        target = Target.of(user.id, chat_id, message_id)
        order = RunOrder(serving, hook, body or {}, context, user, target, "test", deadline=60)
        live = await self.services.runs.start(order)
        return (await live.outcome()).value

    async def chat(self, user: User | None = None, **fields: Any) -> Chat:
        """A chat with a question `q` and its answer `a`."""
        user = user or self.user
        chat = Chat(id=f"chat-{next(_numbers)}", user_id=user.id, title="Rivers", current_id="a", **fields)
        common: dict[str, Any] = {"chat_id": chat.id, "user_id": user.id, "timestamp": time.time()}
        question = Message(id="q", parent_id=None, role="user", content="Which is longest?", **common)
        answer = Message(id="a", parent_id="q", role="assistant", content="The Nile.", **common)
        return await self.services.store.chats.create(chat, [question, answer])


@pytest.fixture(scope="session")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    settings = Settings(data_dir=tmp_path_factory.mktemp("compat"), environments=False)
    async with running(settings, None, StopClock(1)) as services:
        admin = await services.store.users.create("ada@example.com", "Ada", None, "admin")
        user = await services.store.users.create("una@example.com", "Una", None, "user")
        yield Stage(services, admin, user)
