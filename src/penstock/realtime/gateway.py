"""The socket of the page and of other clients: python-socketio at `/ws/socket.io`, as Open WebUI's clients speak it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from http.cookies import CookieError, SimpleCookie
from typing import Any

import socketio
from engineio.packet import MESSAGE
from engineio.packet import Packet as EnginePacket

from penstock.errors import Invalid, PenstockError
from penstock.functions import answers
from penstock.realtime import socket_json
from penstock.realtime.claims import Claims
from penstock.realtime.hub import Hub
from penstock.realtime.outbox import Outbox, frame
from penstock.realtime.published import Published, Target
from penstock.realtime.questions import DONE, Questions
from penstock.store import Store
from penstock.store.records import Question, User

log = logging.getLogger(__name__)

Identify = Callable[[str], Awaitable[User]]

JOIN_WITHIN = 5.0  # a client that never sends `user-join` gets its events after this
NAMED_WITHIN = 10.0  # a client that connects without a token says in `user-join` who it is, or is disconnected
BACK_WITHIN = 10.0  # a tab that lost its socket in the middle of what it does for a question
MOST_MISSED = 5000  # a client that missed more reads its chats again
ASKED_AGAIN = 3  # times that one socket is asked again after an answer that does not fit
MOST_PER_POLL = 10  # clients in Python refuse an answer of more than 16 packets
NAMESPACE = "/"
FORSAKEN = {"error": "The page in which this ran was closed before it ended."}


class Session:
    """One connected socket of a user."""

    def __init__(self, sid: str, user: User, token: str, since: int) -> None:
        self.sid = sid
        self.user = user
        self.token = token
        self.since = since  # the last event that was stored when it connected
        self.outbox: Outbox
        self.leave: Callable[[], None]
        self.joined = False
        self.join_timer: asyncio.TimerHandle | None = None
        self.asked: dict[str, int] = {}  # question id -> times

    def close(self) -> None:
        self.leave()
        self.outbox.close()
        if self.join_timer is not None:
            self.join_timer.cancel()


class Gateway:
    """Sockets of the signed-in users. `identify` turns a token into its user or raises `PenstockError`."""

    def __init__(
        self, hub: Hub, questions: Questions, store: Store, identify: Identify, *, body_limit: int = 2**20
    ) -> None:
        self._hub = hub
        self._questions = questions
        self._store = store
        self._identify = identify
        self._sessions: dict[str, Session] = {}
        self._strangers: dict[str, asyncio.TimerHandle] = {}  # connected, and not yet said who they are
        self._tasks: set[asyncio.Task[None]] = set()
        self._socket = socketio.AsyncServer(
            async_mode="asgi", json=socket_json, max_http_buffer_size=body_limit, logger=False, engineio_logger=False
        )
        self._socket.on("connect", self._connect)
        self._socket.on("disconnect", self._disconnect)
        self._socket.on("user-join", self._join)
        self._socket.on("heartbeat", self._heartbeat)
        self._socket.on("question:begin", self._begin_question)
        self._claims = Claims(lambda question_id: self._begin(self._forsake(question_id)))
        self.app = socketio.ASGIApp(self._socket, socketio_path=None)
        self._unwatch = hub.watch_access(self._recheck_soon)

    async def close(self) -> None:
        """Close every socket."""
        self._unwatch()
        self._claims.close()
        for session in list(self._sessions.values()):
            await self._drop(session)
        for sid in list(self._strangers):
            await self._socket.disconnect(sid)
        for task in list(self._tasks):
            task.cancel()
        await self._socket.shutdown()

    def sessions(self, user_id: str) -> list[str]:
        """Ids of the sockets of a user."""
        return [session.sid for session in self._of(user_id)]

    # Clients come and go

    async def _connect(self, sid: str, environ: Mapping[str, Any], auth: Any = None) -> None:
        token = _token(auth) or _cookie(environ)
        if not token and not (isinstance(auth, Mapping) and "token" in auth):
            self._strangers[sid] = asyncio.get_running_loop().call_later(
                NAMED_WITHIN, lambda: self._begin(self._socket.disconnect(sid))
            )
            return
        user = await self._member(token)
        if user is None:
            raise socketio.exceptions.ConnectionRefusedError("Sign in first: the token is missing or not valid.")
        self._open(sid, user, token)

    async def _member(self, token: str) -> User | None:
        if not token:
            return None
        try:
            user = await self._identify(token)
        except PenstockError:
            return None
        return None if user.role == "pending" else user

    def _open(self, sid: str, user: User, token: str) -> Session:
        session = self._sessions[sid] = Session(sid, user, token, self._store.events.last_id())
        eio_sid = self._socket.manager.eio_sid_from_sid(sid, NAMESPACE)
        session.outbox = Outbox(
            lambda events: self._send(session, eio_sid, events), lambda: self._begin(self._drop(session))
        )
        session.outbox.hold()
        session.leave = self._hub.subscribe(user.id, lambda event: self._deliver(session, event))
        session.join_timer = asyncio.get_running_loop().call_later(
            JOIN_WITHIN, lambda: self._begin(self._welcome(session, None))
        )
        return session

    async def _disconnect(self, sid: str, reason: str = "") -> None:
        if (timer := self._strangers.pop(sid, None)) is not None:
            timer.cancel()
        session = self._sessions.pop(sid, None)
        if session is None:
            return
        session.close()
        self._claims.left(sid, BACK_WITHIN)
        for target, question in self._questions.waiting(session.user.id):
            if question.type in answers.IN_ONE_TAB and not self._is_taken(question.id):
                self._ask(target, question, self._of(session.user.id))

    async def _join(self, sid: str, data: Any = None) -> dict[str, str] | tuple[None]:
        session = self._sessions.get(sid) or await self._introduced(sid, data)
        if session is None or not await self._is_known(session, data):
            return (None,)
        await self._welcome(session, _number(data, "last_event_id"))
        return {"id": session.user.id, "name": session.user.name}

    async def _introduced(self, sid: str, data: Any) -> Session | None:
        """The session of a stranger who now says who they are."""
        token = _joining_token(data)
        user = await self._member(token) if sid in self._strangers else None
        timer = self._strangers.pop(sid, None) if user is not None else None
        if user is None or timer is None:
            return self._sessions.get(sid)
        timer.cancel()
        return self._open(sid, user, token)

    async def _is_known(self, session: Session, data: Any) -> bool:
        token = _joining_token(data)
        if not token or token == session.token:
            return True
        try:
            return (await self._identify(token)).id == session.user.id
        except PenstockError:
            return False

    async def _heartbeat(self, sid: str, data: Any = None) -> None:
        if session := self._sessions.get(sid):
            await self._recheck(session)

    def _recheck_soon(self, user_id: str) -> None:
        for session in self._of(user_id):
            self._begin(self._recheck(session))

    async def _recheck(self, session: Session) -> None:
        """Close the socket of somebody who was signed out or deleted."""
        user = await self._member(session.token)
        if user is None:
            await self._drop(session)
        else:
            session.user = user

    async def _drop(self, session: Session) -> None:
        await self._socket.disconnect(session.sid)

    # Catching up

    async def _welcome(self, session: Session, last_event_id: int | None) -> None:
        """Let the socket have what it missed, then what comes, then what waits for an answer."""
        if session.join_timer is not None:
            session.join_timer.cancel()
            session.join_timer = None
        missed: list[Published] = []
        session.outbox.hold()
        try:
            if last_event_id is not None:
                missed = await self._missed(session, last_event_id)
        finally:
            session.outbox.release(missed)
        session.joined = True
        for target, question in self._questions.waiting(session.user.id):
            if question.type not in answers.IN_ONE_TAB or not self._is_taken(question.id):
                self._ask(target, question, [session])

    async def _missed(self, session: Session, last_event_id: int) -> list[Published]:
        """What was stored since; of a socket that has been served already, only what came before it."""
        user_id, last = session.user.id, self._store.events.last_id()
        rows = await self._store.events.after(user_id, last_event_id, MOST_MISSED + 1)
        if len(rows) > MOST_MISSED or last_event_id > last:
            return [Published(user_id, None, None, "events:gap", {"last": last}, last)]
        return [
            Published(user_id, row.chat_id, row.message_id or None, row.type, row.data, row.id, row.run_id)
            for row in rows
            if not session.joined or row.id <= session.since
        ]

    # Events and questions go out

    def _deliver(self, session: Session, event: Published) -> None:
        if event.type == DONE:
            self._claims.drop(str(event.data.get("interaction_id")))
        if event.question_id is None:
            session.outbox.put(event)
        elif self._is_for(session, event):
            session.asked[event.question_id] = session.asked.get(event.question_id, 0) + 1
            session.outbox.put(event)

    def _is_for(self, session: Session, event: Published) -> bool:
        """Questions go to every tab; what acts in a page goes to the tab that it was started from, if it is there."""
        if event.type not in answers.IN_ONE_TAB or event.session_id not in self._sessions:
            return True
        return session.sid == event.session_id

    def _ask(self, target: Target, question: Question, sessions: list[Session]) -> None:
        for session in sessions:
            if not session.asked.get(question.id):
                session.asked[question.id] = 1
                session.outbox.put(_as_event(target, question))

    def _is_taken(self, question_id: str) -> bool:
        asked = any(session.asked.get(question_id) for session in self._sessions.values())
        return asked or question_id in self._claims

    async def _begin_question(self, sid: str, data: Any = None) -> bool:
        """Whether this tab may do what a question asks for: true for one tab, and for it again after a reconnection."""
        session, asked = self._sessions.get(sid), data if isinstance(data, Mapping) else {}
        question_id, tab = asked.get("id"), asked.get("tab")
        if session is None or not isinstance(question_id, str) or not isinstance(tab, str):
            return False
        waiting = (question for _, question in self._questions.waiting(session.user.id))
        if not any(question.id == question_id for question in waiting):
            return False
        return self._claims.take(question_id, sid, tab)

    async def _forsake(self, question_id: str) -> None:
        await self._questions.end(question_id, FORSAKEN)

    async def _send(self, session: Session, eio_sid: str, events: list[Published]) -> None:
        """Hand events to the socket, and return when it has taken them."""
        socket = self._socket.eio.sockets.get(eio_sid)
        if socket is None:
            return
        step = len(events) if socket.upgraded else MOST_PER_POLL
        for start in range(0, len(events), step):
            for event in events[start : start + step]:
                await self._send_one(session, eio_sid, event)
            await socket.queue.join()

    async def _send_one(self, session: Session, eio_sid: str, event: Published) -> None:
        if event.question_id is None:
            await self._socket.eio.send_packet(eio_sid, EnginePacket(MESSAGE, frame(event)))
        else:
            await self._socket.emit("events", event.wire(), to=session.sid, callback=self._answered(session, event))

    def _answered(self, session: Session, event: Published) -> Callable[..., Awaitable[None]]:
        async def acknowledged(*arguments: Any) -> None:
            if arguments:
                await self._answer(session, event, arguments[0])
            else:
                self._pass_on(session, event)

        return acknowledged

    async def _answer(self, session: Session, event: Published, value: Any) -> None:
        assert event.question_id is not None
        try:
            await self._questions.answer(event.question_id, session.user, value)
        except Invalid as error:
            toast = {"type": "error", "content": error.message}
            session.outbox.put(Published(session.user.id, event.chat_id, event.message_id, "notification", toast))
            if session.asked.get(event.question_id, 0) <= ASKED_AGAIN:
                self._deliver(session, event)
        except PenstockError as error:
            log.debug("A late answer was not needed: %s", error.message)

    def _pass_on(self, session: Session, event: Published) -> None:
        """This socket does not answer. What acts in one page is offered to the others of the user."""
        assert event.question_id is not None
        session.asked[event.question_id] = 0
        if event.type not in answers.IN_ONE_TAB:
            return
        for target, question in self._questions.waiting(session.user.id):
            if question.id == event.question_id:
                self._ask(target, question, [other for other in self._of(session.user.id) if other is not session])

    def _of(self, user_id: str) -> list[Session]:
        return [session for session in self._sessions.values() if session.user.id == user_id]

    def _begin(self, work: Any) -> None:
        task: asyncio.Task[None] = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _as_event(target: Target, question: Question) -> Published:
    return Published(
        question.user_id,
        question.chat_id,
        question.message_id,
        question.type,
        question.data,
        run_id=question.run_id,
        session_id=target.session_id,
        question_id=question.id,
        author=target.author,
    )


def _token(auth: Any) -> str:
    token = auth.get("token") if isinstance(auth, Mapping) else None
    return token if isinstance(token, str) else ""


def _joining_token(data: Any) -> str:
    return _token(data.get("auth")) if isinstance(data, Mapping) else ""


def _cookie(environ: Mapping[str, Any]) -> str:
    try:
        cookies = SimpleCookie(environ.get("HTTP_COOKIE", ""))
    except CookieError:
        return ""
    return cookies["token"].value if "token" in cookies else ""


def _number(data: Any, key: str) -> int | None:
    value = data.get(key) if isinstance(data, Mapping) else None
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**63 else None
