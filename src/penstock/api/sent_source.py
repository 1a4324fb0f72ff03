"""A source as a request carries it: one file, a package, or its files, of which most may be as in a saved version."""

from __future__ import annotations

import base64
import binascii

from pydantic import BaseModel, ConfigDict, Field

from penstock.errors import BadRequest, NotFound
from penstock.flows.context import Services
from penstock.flows.serving import source_of
from penstock.flows.transfer_items import package_of
from penstock.functions.packages import INIT, Package


class SentFile(BaseModel):
    """A file that is no text, or one that stays as it is in the version that the request is about."""

    model_config = ConfigDict(populate_by_name=True)

    base64: str | None = None
    from_path: str | None = Field(default=None, alias="from")


class SentSource(BaseModel):
    """`content` alone is one file; with `package` it is the package's `__init__.py`. `files` are all of a package."""

    content: str | None = None
    package: str | None = None  # all files of a package, as a zip in base64 (M6)
    files: dict[str, str | SentFile] | None = None  # by path; a text stands for itself
    base_version_id: str = ""  # where files `from` come from; the version that serves, unless said otherwise

    async def read(self, services: Services, function_id: str = "") -> str | Package | None:
        """None where nothing was sent. Raises `BadRequest`, `NotFound`, `SourceError`."""
        if self.files is not None:
            return Package.of(await self._files(self.files, services, function_id))
        if self.package is not None:
            package = package_of(self.package)
            return package if self.content is None else package.with_source(self.content)
        return self.content

    async def required(self, services: Services, function_id: str = "") -> str | Package:
        source = await self.read(services, function_id)
        if source is None:
            raise BadRequest("The body has no `content`.", hint="`content` is the source as a text.", field="content")
        return source

    async def _files(self, files: dict[str, str | SentFile], services: Services, function_id: str) -> dict[str, bytes]:
        kept: dict[str, bytes] = {}
        if any(isinstance(each, SentFile) and each.from_path for each in files.values()):
            kept = await self._base(services, function_id)
        return {path: _content(path, each, kept) for path, each in files.items()}

    async def _base(self, services: Services, function_id: str) -> dict[str, bytes]:
        version_id = self.base_version_id or (await services.registry.get(function_id)).version_id or ""
        source = source_of(await services.registry.version(function_id, version_id))
        return dict(source.files) if isinstance(source, Package) else {INIT: source.encode()}


def _content(path: str, sent: str | SentFile, kept: dict[str, bytes]) -> bytes:
    if isinstance(sent, str):
        return sent.encode()
    if sent.base64 is not None:
        try:
            return base64.b64decode(sent.base64, validate=True)
        except binascii.Error:
            raise BadRequest(f"`{path}` is not base64.", field="files") from None
    if sent.from_path not in kept:
        raise NotFound(f"The version has no file `{sent.from_path}`.", hint="Send its text instead.")
    return kept[sent.from_path]
