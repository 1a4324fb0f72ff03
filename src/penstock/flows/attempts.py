"""How often a sign-in may fail before its sender has to wait."""

from __future__ import annotations

import functools
import math
import time
from typing import TYPE_CHECKING

from penstock.errors import TooManyAttempts

if TYPE_CHECKING:
    from limits import RateLimitItem
    from limits.strategies import FixedWindowRateLimiter

PER_PAIR = "10 per 5 minutes"  # one address tries one account
PER_CLIENT = "100 per 5 minutes"  # one address tries many accounts
PER_ACCOUNT = "100 per 5 minutes"  # many addresses try one account


class Attempts:
    """A pair of client and account counts when an attempt begins, so that many at once do not slip through."""

    @functools.cached_property
    def _limiter(self) -> FixedWindowRateLimiter:
        """Made by the first sign-in: its library takes its time to load."""
        from limits.storage import MemoryStorage
        from limits.strategies import FixedWindowRateLimiter

        return FixedWindowRateLimiter(MemoryStorage())

    def begin(self, client: str, email: str) -> None:
        """Raises `TooManyAttempts`; otherwise follow with `failed` or `succeeded`."""
        email = _key(email)
        for limit, keys in ((PER_CLIENT, ("client", client)), (PER_ACCOUNT, ("account", email))):
            if not self._limiter.test(_limit(limit), *keys):
                raise self._refusal(limit, *keys)
        if not self._limiter.hit(_limit(PER_PAIR), "pair", client, email):
            raise self._refusal(PER_PAIR, "pair", client, email)

    def failed(self, client: str, email: str) -> None:
        self._limiter.hit(_limit(PER_CLIENT), "client", client)
        self._limiter.hit(_limit(PER_ACCOUNT), "account", _key(email))

    def succeeded(self, client: str, email: str) -> None:
        self._limiter.clear(_limit(PER_PAIR), "pair", client, _key(email))

    def _refusal(self, limit: str, *keys: str) -> TooManyAttempts:
        reset = self._limiter.get_window_stats(_limit(limit), *keys).reset_time
        wait = max(1, math.ceil(reset - time.time()))
        return TooManyAttempts(
            "There were too many attempts to sign in.", hint=f"Try again in {wait} seconds.", retry_after=wait
        )


@functools.cache
def _limit(text: str) -> RateLimitItem:
    from limits import parse

    return parse(text)


def _key(email: str) -> str:
    return email.strip().casefold()[:254]
