"""Signed tokens (JWT, HS256). What was read once is remembered, so that a warm check costs a look-up."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import jwt

from penstock.store.keyring import Keyring

ALGORITHM = "HS256"
REMEMBERED = 5_000

Claims = Mapping[str, Any]


class Tokens:
    """`purpose` keeps tokens apart that are made for different things."""

    def __init__(self, keyring: Keyring, purpose: str = "jwt") -> None:
        self._keys = keyring.derive_all(purpose)
        self._read: dict[str, Claims] = {}

    def issue(self, claims: Claims) -> str:
        return jwt.encode(dict(claims), self._keys[0], ALGORITHM)

    def read(self, token: str) -> Claims | None:
        """The claims of a token that this server signed and whose time is not over, else None."""
        claims = self._read.get(token) or self._check(token)
        if claims is None or claims.get("exp", float("inf")) <= time.time():
            self._read.pop(token, None)
            return None
        return claims

    def is_ours(self, token: str) -> bool:
        """Whether this server signed the token for this purpose, be its time over or not."""
        return any(_is_signed(token, key) for key in self._keys)

    def _check(self, token: str) -> Claims | None:
        for key in self._keys:
            try:
                claims: Claims = jwt.decode(token, key, [ALGORITHM])
            except jwt.InvalidTokenError:
                continue
            if len(self._read) >= REMEMBERED:
                self._read.clear()
            self._read[token] = claims
            return claims
        return None


def _is_signed(token: str, key: Any) -> bool:
    try:
        jwt.decode(token, key, [ALGORITHM], options={"verify_exp": False})
    except jwt.InvalidTokenError:
        return False
    return True
