"""Passwords: hashed with argon2, away from the event loop, a few at a time."""

from __future__ import annotations

import anyio
import anyio.to_thread
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

SHORTEST = 8
LONGEST = 1024
AT_ONCE = 2  # each takes a core and 19 MiB for its time
MEMORY_KIB, ROUNDS, LANES = 19456, 2, 1


class Passwords:
    """Makes and checks hashes. An unknown user costs as much time as a wrong password."""

    def __init__(self, *, memory_kib: int = MEMORY_KIB, rounds: int = ROUNDS) -> None:
        self._hash = PasswordHash((Argon2Hasher(time_cost=rounds, memory_cost=memory_kib, parallelism=LANES),))
        self._limiter = anyio.CapacityLimiter(AT_ONCE)
        self._nobody: str | None = None

    async def hash(self, password: str) -> str:
        return await anyio.to_thread.run_sync(self._hash.hash, _bytes(password), limiter=self._limiter)

    async def fits(self, password: str, hashed: str | None) -> bool:
        """Whether the password is the one that was hashed; never for an account without one."""
        if hashed is None:
            self._nobody = self._nobody or await self.hash("nobody has this password")
        compare_with = hashed or self._nobody or ""
        verified = await anyio.to_thread.run_sync(
            self._hash.verify, _bytes(password), compare_with, limiter=self._limiter
        )
        return verified and hashed is not None


def _bytes(password: str) -> bytes:
    return password.encode("utf-8", "surrogatepass")
