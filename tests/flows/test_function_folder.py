"""What the server reads for a function is in that function's folder, whatever the function does meanwhile."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from penstock.flows.function_folder import read_inside


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "secret").write_bytes(b"secret")
    made = tmp_path / "function"
    (made / "in").mkdir(parents=True)
    (made / "file").write_bytes(b"own")
    (made / "in" / "file").write_bytes(b"inner")
    return made


def test_files_are_read_by_any_name_that_stays_inside(folder: Path) -> None:
    (folder / "link").symlink_to("in/file")
    assert read_inside(folder, "file") == b"own"
    assert read_inside(folder, "in/../file") == b"own"
    assert read_inside(folder, str(folder / "in" / "file")) == b"inner"
    assert read_inside(folder, "link") == b"inner"


def _fifo(folder: Path) -> str:
    os.mkfifo(folder / "pipe")
    return "pipe"


def _link(folder: Path) -> str:
    (folder / "out").symlink_to(folder.parent / "secret")
    return "out"


def _folder_link(folder: Path) -> str:
    (folder / "up").symlink_to(folder.parent)
    return "up/secret"


WAYS_OUT: dict[str, Callable[[Path], str]] = {
    "dots": lambda _: "../secret",
    "an absolute path": lambda folder: str(folder.parent / "secret"),
    "a link": _link,
    "a link to a folder": _folder_link,
    "a pipe": _fifo,
    "a folder": lambda _: "in",
    "the folder itself": lambda _: ".",
    "nothing": lambda _: "nothing",
    "a zero byte": lambda _: "file\0",
}


@pytest.mark.parametrize("way", WAYS_OUT)
def test_nothing_else_is_read(folder: Path, way: str) -> None:
    assert read_inside(folder, WAYS_OUT[way](folder)) is None


def test_a_file_that_becomes_a_link_meanwhile_is_not_followed(folder: Path) -> None:
    stop = threading.Event()

    def swap() -> None:
        while not stop.is_set():
            os.symlink(folder.parent / "secret", folder / "next")
            os.replace(folder / "next", folder / "file")
            (folder / "next").write_bytes(b"own")
            os.replace(folder / "next", folder / "file")

    swapping = threading.Thread(target=swap)
    swapping.start()
    try:
        assert {read_inside(folder, "file") for _ in range(3_000)} <= {b"own", b"", None}
    finally:
        stop.set()
        swapping.join()
