"""How often a sign-in may fail before its sender has to wait."""

from __future__ import annotations

import math
import time

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from penstock.errors import TooManyAttempts

PER_PAIR = parse("10 per 5 minutes")  # one address tries one account
PER_CLIENT = parse("100 per 5 minutes")  # one address tries many accounts
PER_ACCOUNT = parse("100 per 5 minutes")  # many addresses try one account


class Attempts:
    """A pair of client and account counts when an attempt begins, so that many at once do not slip through."""

    def __init__(self) -> None:
        self._limiter = FixedWindowRateLimiter(MemoryStorage())

    def begin(self, client: str, email: str) -> None:
        """Raises `TooManyAttempts`; otherwise follow with `failed` or `succeeded`."""
        email = _key(email)
        for limit, keys in ((PER_CLIENT, ("client", client)), (PER_ACCOUNT, ("account", email))):
            if not self._limiter.test(limit, *keys):
                raise self._refusal(limit, *keys)
        if not self._limiter.hit(PER_PAIR, "pair", client, email):
            raise self._refusal(PER_PAIR, "pair", client, email)

    def failed(self, client: str, email: str) -> None:
        self._limiter.hit(PER_CLIENT, "client", client)
        self._limiter.hit(PER_ACCOUNT, "account", _key(email))

    def succeeded(self, client: str, email: str) -> None:
        self._limiter.clear(PER_PAIR, "pair", client, _key(email))

    def _refusal(self, limit: RateLimitItem, *keys: str) -> TooManyAttempts:
        reset = self._limiter.get_window_stats(limit, *keys).reset_time
        wait = max(1, math.ceil(reset - time.time()))
        return TooManyAttempts(
            "There were too many attempts to sign in.", hint=f"Try again in {wait} seconds.", retry_after=wait
        )


def _key(email: str) -> str:
    return email.strip().casefold()[:254]
