"""Where files are put before `Files.insert_new_file` makes them files of the server."""

from __future__ import annotations

from pathlib import Path
from typing import Any, BinaryIO

from open_webui import _contents
from open_webui._bridge import folder


class StorageProvider:
    """Keeps what it is given in this function's own folder."""

    def upload_file(self, file: BinaryIO, filename: str, tags: Any = None) -> tuple[bytes, str]:
        content = file.read()
        if not content:
            raise ValueError("The file is empty.")
        path = folder("uploads") / Path(filename).name
        path.write_bytes(content)
        return content, str(path)

    def get_file(self, file_path: str) -> str:
        return _contents.present(file_path)

    def delete_file(self, file_path: str) -> None:
        path = Path(file_path)
        if path.parent == folder("uploads"):
            path.unlink(missing_ok=True)

    def delete_all_files(self) -> None:
        for path in folder("uploads").iterdir():
            path.unlink()


LocalStorageProvider = StorageProvider
Storage = StorageProvider()


def get_storage_provider(storage_provider: str) -> StorageProvider:
    return Storage
