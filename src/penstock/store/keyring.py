"""The keys of this server: they seal what must not be read in the database, and sign what others hand back."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from penstock.errors import KeyringError
from penstock.settings import Settings

KEY_FILE = "secret.key"


class Keyring:
    """Several secrets, the newest first: it seals, all of them open."""

    def __init__(self, secrets_: list[str], path: Path | None = None) -> None:
        if not secrets_:
            raise KeyringError("The key ring is empty.", hint=f"Restore `{KEY_FILE}` or set PENSTOCK_SECRET_KEY.")
        self._secrets = secrets_
        self._path = path
        self._fernet = self._build()

    @classmethod
    def open(cls, settings: Settings) -> Keyring:
        """The ring of `settings.secret_key` (several, separated by blanks, newest first), else of the key file."""
        if given := settings.secret_key.get_secret_value().split():
            return cls(given)
        path = settings.data_dir / KEY_FILE
        if not path.exists():
            _create(path, secrets.token_urlsafe(48))
        return cls(path.read_text().split(), path)

    @property
    def size(self) -> int:
        return len(self._secrets)

    def seal(self, data: bytes) -> bytes:
        return self._fernet.encrypt(data)

    def open_sealed(self, sealed: bytes) -> bytes:
        try:
            return self._fernet.decrypt(sealed)
        except InvalidToken:
            raise KeyringError(
                "A stored secret cannot be opened with the keys of this server.",
                hint=f"Restore the `{KEY_FILE}` or the PENSTOCK_SECRET_KEY with which it was stored.",
            ) from None

    def reseal(self, sealed: bytes) -> bytes:
        """The same content, sealed with the newest key."""
        return self.seal(self.open_sealed(sealed))

    def rotate(self) -> None:
        """Put a new key in front. With PENSTOCK_SECRET_KEY the operator does that, by writing the new one first."""
        if self._path is None:
            return
        self._secrets = [secrets.token_urlsafe(48), *self._secrets]
        _replace(self._path, "\n".join(self._secrets))
        self._fernet = self._build()

    def derive(self, purpose: str) -> bytes:
        """32 bytes for one purpose, from the newest key."""
        return _derive(self._secrets[0], purpose)

    def derive_all(self, purpose: str) -> list[bytes]:
        """The same from every key, newest first: to check what was signed before a rotation."""
        return [_derive(secret, purpose) for secret in self._secrets]

    def _build(self) -> MultiFernet:
        keys = self.derive_all("seal")
        return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in keys])


def _derive(secret: str, purpose: str) -> bytes:
    return hmac.digest(secret.encode(), b"penstock/" + purpose.encode(), hashlib.sha256)


def _create(path: Path, secret: str) -> None:
    """Write the first key, unless another process was quicker."""
    aside = _write_aside(path, secret)
    try:
        os.link(aside, path)
    except FileExistsError:
        pass
    finally:
        aside.unlink()


def _replace(path: Path, content: str) -> None:
    _write_aside(path, content).replace(path)


def _write_aside(path: Path, content: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(content + "\n")
        file.flush()
        os.fsync(file.fileno())
    return aside
