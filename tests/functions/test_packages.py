"""Zips of packages are read without being believed (spec M6)."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
from collections.abc import Mapping

import pytest

from penstock.errors import SourceError
from penstock.functions import archives, package_inspection, packages
from penstock.functions.archives import read_zip, stored
from penstock.functions.packages import Package

pytestmark = pytest.mark.spec("M6")

GOOD = b"class Filter:\n    pass\n"


def zipped(files: Mapping[str, bytes], mode: int = 0) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            info = zipfile.ZipInfo(name)
            info.external_attr = mode << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
    return buffer.getvalue()


def test_a_zip_becomes_the_same_bytes_however_it_was_packed() -> None:
    first = read_zip(zipped({"b.txt": b"b", "__init__.py": GOOD}))
    second = read_zip(zipped({"pack/__init__.py": GOOD, "pack/b.txt": b"b"}, mode=0o100600))
    assert first.zipped == second.zipped
    assert dict(stored(first.zipped).files) == {"__init__.py": GOOD, "b.txt": b"b"}


def test_what_machines_leave_behind_is_left_out() -> None:
    junk = ["__MACOSX/pack/._x", "pack/.DS_Store", "pack/__pycache__/a.cpython-311.pyc", "pack/.git/HEAD"]
    found = read_zip(zipped({"pack/__init__.py": GOOD, **dict.fromkeys(junk, b"x")}))
    assert list(found.files) == ["__init__.py"]


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({}, "it is empty"),
        ({"a.py": b""}, "there is no __init__.py at its top"),
        ({"one/__init__.py": GOOD, "two/x.py": b""}, "there is no __init__.py at its top"),
        ({"/etc/x": b"", "__init__.py": GOOD}, "leads out"),
        ({"../x.py": b"", "__init__.py": GOOD}, "leads out"),
        ({"a/../../x.py": b"", "__init__.py": GOOD}, "leads out"),
        ({"a\\x.py": b"", "__init__.py": GOOD}, "leads out"),
        ({"C:/x.py": b"", "__init__.py": GOOD}, "leads out"),
        ({"a//x.py": b"", "__init__.py": GOOD}, "leads out"),
        ({"a": b"", "a/b.py": b"", "__init__.py": GOOD}, "a is a file and a folder"),
        ({"x" * 300: b"", "__init__.py": GOOD}, "more than 240 characters"),
        ({"__init__.py": GOOD, **{f"{n}.txt": b"" for n in range(500)}}, "501 files"),
        ({"__init__.py": GOOD, "zeros": bytes(packages.LARGEST)}, "more than 32 MB"),
    ],
)
def test_what_is_no_package_is_refused_with_its_reason(files: dict[str, bytes], said: str) -> None:
    with pytest.raises(SourceError, match=said) as refused:
        read_zip(zipped(files))
    assert refused.value.fields["phase"] == "package"


def test_a_zip_that_lies_about_sizes_is_not_unpacked() -> None:
    bomb = bytearray(zipped({"__init__.py": GOOD, "zeros": bytes(packages.LARGEST + 1)}))
    while (place := bomb.find(struct.pack("<L", packages.LARGEST + 1))) >= 0:
        bomb[place : place + 4] = struct.pack("<L", 10)
    with pytest.raises(SourceError):
        read_zip(bytes(bomb))


def test_links_duplicates_and_what_is_no_zip_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SourceError, match="a symbolic link"):
        read_zip(zipped({"__init__.py": b"/etc/passwd"}, mode=stat.S_IFLNK | 0o777))
    with pytest.raises(SourceError, match="no plain file"):
        read_zip(zipped({"__init__.py": b""}, mode=stat.S_IFIFO | 0o777))
    with pytest.raises(SourceError, match="no zip"):
        read_zip(b"PK\x03\x04 and nothing")
    twice = io.BytesIO()
    with zipfile.ZipFile(twice, "w") as archive:
        archive.writestr("__init__.py", GOOD)
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("__init__.py", GOOD)
    with pytest.raises(SourceError, match="twice"):
        read_zip(twice.getvalue())
    monkeypatch.setattr(archives, "LARGEST_ZIP", 10)
    with pytest.raises(SourceError, match="the zip has more than"):
        read_zip(zipped({"__init__.py": GOOD}))


def test_a_missing_init_is_explained_by_what_there_is() -> None:
    with pytest.raises(SourceError) as alone:
        read_zip(zipped({"only.py": b""}))
    assert alone.value.hint == "only.py may be imported by itself, as a function of one file."
    with pytest.raises(SourceError) as inner:
        read_zip(zipped({"README.md": b"", "src/__init__.py": GOOD}))
    assert "There is one in src/" in inner.value.hint


@pytest.mark.spec("M1", "M4")
def test_a_package_is_inspected_as_a_whole() -> None:
    found = package_inspection.inspect(
        Package.of(
            {
                "__init__.py": b'"""\nrequirements: seldom\n"""\nfrom .pipe import Pipe\n',
                "pipe.py": (
                    b"import numpy, seldom\nfrom open_webui.models.users import Users\nfrom unheard_of import x\n"
                ),
            }
        )
    )
    assert (found.kind, found.class_name) == ("pipe", "Pipe")
    assert found.manifest.requirements == ["seldom"]
    assert found.open_webui_names == ["models.users.Users"]
    assert found.implied_requirements == ["numpy"]
    (warning,) = [each for each in found.warnings if each.code == "unknown_import"]
    assert (warning.file, warning.line) == ("pipe.py", 3)
    assert warning.placed().message.startswith("pipe.py, line 3: `unheard_of`")


def test_a_module_that_is_no_text_is_named() -> None:
    with pytest.raises(SourceError, match=r"helpers\.py is not UTF-8") as refused:
        package_inspection.inspect(Package.of({"__init__.py": GOOD, "helpers.py": b"\xff\xfe"}))
    assert refused.value.fields["file"] == "helpers.py"
