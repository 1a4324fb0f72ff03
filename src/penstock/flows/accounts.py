"""Who somebody is: signing up, in and out, API keys, tokens of runs, and what a token stands for."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from penstock.errors import BadRequest, Conflict, EmailTaken, NotAllowed, NotSignedIn, WrongPassword
from penstock.flows.attempts import Attempts
from penstock.flows.host_access import GRANT_ALL, Access
from penstock.flows.passwords import LONGEST, SHORTEST, Passwords
from penstock.flows.tokens import Tokens
from penstock.settings import Settings
from penstock.store import Store
from penstock.store.records import Session, User

API_KEY_PREFIX = "sk-"
TOUCH_EVERY = 60.0
NAME_LIMIT, EMAIL_LIMIT, IMAGE_LIMIT = 120, 254, 512 * 1024
EMAIL = re.compile(r"[^@\s\x00-\x1f]+@[^@\s\x00-\x1f]+")
UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, and with what: a session (`session_id`), a run's token (`run_id`), or an API key (neither)."""

    user: User
    token: str
    session_id: str | None = None
    expires_at: int | None = None
    run_id: str | None = None
    held_back: str = ""  # why a run has less rights than its user, where it has


class Accounts:
    """The one place that knows what a token stands for. `identify` reads no database when it is warm."""

    def __init__(
        self,
        store: Store,
        settings: Settings,
        access_of_run: Callable[[str], Access | None] = lambda run_id: None,
        access_changed: Callable[[str], None] = lambda user_id: None,
        passwords: Passwords | None = None,
    ) -> None:
        """`access_of_run` gives None for a run that is over.

        `access_changed` is told of users whose rights or sign-ins changed, so that open sockets can follow.
        """
        self.access_changed = access_changed
        self._store = store
        self._settings = settings
        self._access_of_run = access_of_run
        self._passwords = passwords or Passwords()
        self._tokens = Tokens(store.keyring)
        self._attempts = Attempts()
        self._touched: dict[str, float] = {}
        self._has_users = False

    async def sign_up(self, email: str, name: str, password: str, image: str = "/user.png") -> Caller:
        """Make an account; the first one becomes admin, whoever else tries at the same moment."""
        email, name = checked_email(email), checked_name(name)
        checked_password(password)
        if await self.has_users() and not await self.sign_up_is_open():
            raise NotAllowed("Signing up is closed on this server.", hint="Ask an administrator for an account.")
        if await self._store.users.get_by_email(email):
            raise email_taken()
        hashed = await self._passwords.hash(password)
        first = None
        if not await self.has_users():
            first = await self._store.users.create_first(email, name, hashed, "admin", checked_image(image))
        user = first or await self._add_stranger(email, name, hashed, checked_image(image))
        return await self._open_session(user)

    async def _add_stranger(self, email: str, name: str, hashed: str, image: str) -> User:
        if not await self.sign_up_is_open():
            raise NotAllowed("Signing up is closed on this server.", hint="Ask an administrator for an account.")
        role = await self._store.settings.get("auth.default_role", self._settings.default_role)
        return await self._create(email, name, hashed, role, image)

    async def add(self, email: str, name: str, password: str, role: str, image: str = "/user.png") -> Caller:
        """An account made by an admin, with a session of its own."""
        email, name = checked_email(email), checked_name(name)
        hashed = await self._passwords.hash(checked_password(password))
        return await self._open_session(await self._create(email, name, hashed, role, checked_image(image)))

    async def _create(self, email: str, name: str, hashed: str, role: str, image: str) -> User:
        try:
            return await self._store.users.create(email, name, hashed, role, image)
        except Conflict as error:
            raise email_taken() from error

    async def sign_in(self, email: str, password: str, client: str) -> Caller:
        """Raises `TooManyAttempts` before the password is even looked at, when too many were wrong."""
        self._attempts.begin(client, email)
        user = await self._store.users.get_by_email(email)
        hashed = await self._store.users.password_hash(user.id) if user else None
        if not await self._passwords.fits(password[:LONGEST], hashed) or user is None:
            self._attempts.failed(client, email)
            raise WrongPassword("The email address or the password is not right.")
        self._attempts.succeeded(client, email)
        if hashed is not None and self._passwords.is_outdated(password[:LONGEST], hashed):
            await self._store.users.set_password(user.id, await self._passwords.hash(password[:LONGEST]))
        return await self._open_session(user)

    async def _open_session(self, user: User) -> Caller:
        session = await self._store.sessions.create(user.id, self._settings.session_days)
        expires_at = int(session.expires_at)
        token = self._tokens.issue({"id": user.id, "jti": session.id, "exp": expires_at})
        return Caller(user, token, session.id, expires_at)

    async def sign_out(self, caller: Caller) -> None:
        if caller.session_id:
            await self._store.sessions.delete(caller.session_id)
            self.access_changed(caller.user.id)

    async def change_password(self, caller: Caller, old: str, new: str) -> None:
        """Every other sign-in of the user ends."""
        if not await self._passwords.fits(old[:LONGEST], await self._store.users.password_hash(caller.user.id)):
            raise WrongPassword("The present password is not right.", field="password")
        await self.set_password(caller.user.id, new, keep_session=caller.session_id)

    async def set_password(self, user_id: str, password: str, keep_session: str | None = None) -> None:
        await self._store.users.set_password(user_id, await self._passwords.hash(checked_password(password)))
        await self._store.sessions.delete_all(user_id, keep=keep_session)
        self.access_changed(user_id)

    async def identify(self, token: str) -> User:
        """The user whom a token stands for; raises `NotSignedIn`."""
        return (await self.caller(token)).user

    async def caller(self, token: str) -> Caller:
        """The same with what kind of token it is."""
        caller = await (self._by_key(token) if token.startswith(API_KEY_PREFIX) else self._by_claims(token))
        if caller is None:
            raise NotSignedIn("This sign-in is not valid or is over.")
        self._touch(caller.user.id)
        return caller

    async def _by_key(self, key: str) -> Caller | None:
        user_id = await self._store.api_keys.find_user_id(key)
        user = await self._store.users.get(user_id) if user_id else None
        return Caller(user, key) if user else None

    async def _by_claims(self, token: str) -> Caller | None:
        claims = self._tokens.read(token)
        if claims is None or (user := await self._store.users.get(str(claims.get("id")))) is None:
            return None
        if run_id := claims.get("run"):
            return self._by_run(token, run_id, user)
        session: Session | None = await self._store.sessions.get(str(claims.get("jti")))
        return Caller(user, token, session.id, int(session.expires_at)) if session else None

    def _by_run(self, token: str, run_id: str, user: User) -> Caller | None:
        access = self._access_of_run(run_id)
        if access is None:
            return None
        seen = replace(access, user=user).as_user()
        return Caller(seen, token, run_id=run_id, held_back="" if seen is user else GRANT_ALL)

    def run_token(self, run_id: str, user: User) -> str:
        """A token with the rights of `user` that is valid as long as the run lives (spec I5).

        Of an administrator's rights it has those alone that the rights of the function leave it.
        """
        return self._tokens.issue({"id": user.id, "run": run_id})

    def _touch(self, user_id: str) -> None:
        now = time.monotonic()
        if now - self._touched.get(user_id, -TOUCH_EVERY) >= TOUCH_EVERY:
            self._touched[user_id] = now
            self._store.users.touch(user_id)

    async def has_users(self) -> bool:
        if not self._has_users:
            self._has_users = await self._store.users.count() > 0
        return self._has_users

    async def sign_up_is_open(self) -> bool:
        return bool(await self._store.settings.get("auth.signup", self._settings.signup))


def permissions_of(user: User) -> dict[str, Any]:
    """What the page may offer to this user, in the shape that clients expect."""
    trusted = user.role in ("admin", "moderator")
    member = user.role != "pending"
    return {
        "workspace": {"models": trusted, "functions": user.role == "admin", "knowledge": False, "prompts": False},
        "chat": {
            "controls": member,
            "file_upload": member,
            "delete": member,
            "edit": member,
            "temporary": member,
            "multiple_models": member,
        },
        "features": {"direct_tool_servers": False, "web_search": False, "image_generation": False},
    }


def email_taken() -> EmailTaken:
    return EmailTaken("This email address is already registered.", field="email")


def checked_email(email: str) -> str:
    email = email.strip()
    if len(email) > EMAIL_LIMIT or not EMAIL.fullmatch(email) or UNPRINTABLE.search(email):
        raise BadRequest("This is not an email address.", hint="Write it like name@example.com.", field="email")
    return email.lower()


def checked_name(name: str) -> str:
    name = name.strip()
    if not name or len(name) > NAME_LIMIT or UNPRINTABLE.search(name):
        raise BadRequest(f"A name has 1 to {NAME_LIMIT} printable characters.", field="name")
    return name


def checked_password(password: str) -> str:
    if not SHORTEST <= len(password) <= LONGEST or UNPRINTABLE.search(password):
        raise BadRequest(f"A password has at least {SHORTEST} and at most {LONGEST} characters.", field="password")
    return password


def checked_image(image: str) -> str:
    if len(image) > IMAGE_LIMIT:
        raise BadRequest("The profile image is too large.", field="profile_image_url")
    fits = image.startswith(("/", "https://", "http://", "data:image/")) and not UNPRINTABLE.search(image)
    return image if fits and not image.startswith("data:image/svg") else "/user.png"
