"""Reading the zip of a package that somebody sends: nothing of it is believed (spec M6)."""

from __future__ import annotations

import io
import stat
import zipfile
import zlib

from penstock.functions.packages import (
    LARGEST,
    LARGEST_ZIP,
    MOST_FILES,
    Package,
    broken,
    is_junk,
    require_inside,
    require_room,
)

_MOST_ENTRIES = 20 * MOST_FILES  # junk and folders included
_UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError)


def looks_zipped(content: bytes) -> bool:
    return content[:4] in (b"PK\x03\x04", b"PK\x05\x06")


def read_zip(content: bytes) -> Package:
    """Raises `SourceError` with phase `package`; never unpacks more than a package may have."""
    if len(content) > LARGEST_ZIP:
        raise broken(f"the zip has more than {LARGEST_ZIP // 2**20} MB")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return Package.of(_files(archive))
    except _UNREADABLE as error:
        raise broken(f"it is no zip that can be read ({error})") from None


def unzip(content: bytes) -> dict[str, bytes]:
    """The files of a zip that a package made itself (`Package.zipped`)."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def stored(content: bytes) -> Package:
    """The package of a zip that a package made itself."""
    return Package(unzip(content))


def _files(archive: zipfile.ZipFile) -> dict[str, bytes]:
    entries = archive.infolist()
    if len(entries) > _MOST_ENTRIES:
        raise broken(f"the zip has {len(entries)} entries")
    wanted = [entry for entry in entries if not entry.is_dir() and not is_junk(entry.filename)]
    require_room(len(wanted), sum(entry.file_size for entry in wanted))
    files: dict[str, bytes] = {}
    room = LARGEST
    for entry in wanted:
        _require_plain(entry)
        if entry.filename in files:
            raise broken(f"{entry.filename} is in the zip twice")
        content = files[entry.filename] = _read(archive, entry, room)
        room -= len(content)
    return files


def _require_plain(entry: zipfile.ZipInfo) -> None:
    # Reading a name cuts it at a zero and turns the system's separators; the name as it stands there counts.
    require_inside(entry.orig_filename)
    mode = entry.external_attr >> 16
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        kind = "a symbolic link" if stat.S_ISLNK(mode) else "no plain file"
        raise broken(f"{entry.filename} is {kind}", hint="Pack the file itself.")
    if entry.flag_bits & 0x1:
        raise broken(f"{entry.filename} is encrypted", hint="Pack it without a password.")


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, room: int) -> bytes:
    """What the entry really holds, whatever size it announces."""
    with archive.open(entry) as opened:
        content = opened.read(room + 1)
    require_room(1, LARGEST - room + len(content))
    return content
