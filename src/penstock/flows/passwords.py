"""Passwords: hashed with argon2, away from the event loop, a few at a time."""

from __future__ import annotations

import anyio
import anyio.to_thread
from pwdlib import PasswordHash
from pwdlib.exceptions import UnknownHashError
from pwdlib.hashers.argon2 import Argon2Hasher
from pwdlib.hashers.bcrypt import BcryptHasher

SHORTEST = 8
LONGEST = 1024
AT_ONCE = 2  # each takes a core and 19 MiB for its time
MEMORY_KIB, ROUNDS, LANES = 19456, 2, 1
BCRYPT_LOOKS_AT = 72  # bytes; servers that hash with it ignore the rest


class _ImportedBcrypt(BcryptHasher):
    """Hashes that came from another server, made of the first 72 bytes of the password."""

    def verify(self, password: str | bytes, hash: str | bytes) -> bool:
        try:
            return super().verify(_as_bytes(password)[:BCRYPT_LOOKS_AT], hash)
        except ValueError:  # a broken hash fits nothing
            return False


class Passwords:
    """Makes and checks hashes. An unknown user costs as much time as a wrong password.

    Imported accounts cost more until their first sign-in, since checking bcrypt does.
    """

    def __init__(self, *, memory_kib: int = MEMORY_KIB, rounds: int = ROUNDS) -> None:
        argon2 = Argon2Hasher(time_cost=rounds, memory_cost=memory_kib, parallelism=LANES)
        self._hash = PasswordHash((argon2, _ImportedBcrypt()))
        self._limiter = anyio.CapacityLimiter(AT_ONCE)
        self._nobody: str | None = None

    async def hash(self, password: str) -> str:
        return await anyio.to_thread.run_sync(self._hash.hash, _as_bytes(password), limiter=self._limiter)

    async def fits(self, password: str, hashed: str | None) -> bool:
        """Whether the password is the one that was hashed; never for an account without one."""
        if hashed is None:
            self._nobody = self._nobody or await self.hash("nobody has this password")
        compare_with = hashed or self._nobody or ""
        verified = await anyio.to_thread.run_sync(
            self._verified, _as_bytes(password), compare_with, limiter=self._limiter
        )
        return verified and hashed is not None

    def is_outdated(self, password: str, hashed: str) -> bool:
        """Whether a password that fits should be hashed anew.

        Not where bcrypt has ignored the end of it: that might have been mistyped.
        """
        return not hashed.startswith("$argon2") and len(_as_bytes(password)) <= BCRYPT_LOOKS_AT

    def _verified(self, password: bytes, hashed: str) -> bool:
        try:
            return self._hash.verify(password, hashed)
        except UnknownHashError:
            return False


def is_known_hash(hashed: str) -> bool:
    """Whether a stored hash is of a kind that can be checked here."""
    return hashed.startswith("$argon2") or BcryptHasher.identify(hashed)


def _as_bytes(password: str | bytes) -> bytes:
    return password if isinstance(password, bytes) else password.encode("utf-8", "surrogatepass")
