"""Packages without a wheel are built where that is allowed, and whatever their build does harms nobody."""

from __future__ import annotations

import asyncio
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from penstock.engine.local.workshop import workshop
from penstock.environments import Environment, Environments
from penstock.errors import RequirementsError
from penstock.settings import Settings
from tests.environments.sources import make_sdist, project
from tests.environments.wheels import make_wheel

pytestmark = [pytest.mark.anyio, pytest.mark.spec("M4")]


@pytest.fixture
def wheels(tmp_path: Path) -> Path:
    folder = tmp_path / "wheels"
    make_wheel(folder, "tinypen", "1.0")
    make_sdist(folder, "quill", "1.0", project("quill", "1.0"))
    make_sdist(folder, "quill", "2.0", project("quill", "2.0"))
    make_wheel(folder, "oldpens", "1.0", ["quill<2"])
    return folder


def building(tmp_path: Path, build: str = "confined", **settings: Any) -> Environments:
    chosen = Settings(data_dir=tmp_path / "data", build=build, **settings)
    return Environments(chosen.data_dir, tmp_path / "wheels", workshop(chosen))


async def made(environments: Environments, *requirements: str) -> Environment:
    try:
        environment = await environments.ensure(requirements)
    except RequirementsError as error:
        if "no walls" in error.message:
            pytest.skip("this machine has no walls")
        raise
    assert environment is not None
    return environment


async def refused(environments: Environments, *requirements: str) -> RequirementsError:
    with pytest.raises(RequirementsError) as caught:
        await environments.ensure(requirements)
    if "no walls" in caught.value.message:
        pytest.skip("this machine has no walls")
    return caught.value


def attribute(environment: Environment, module: str, name: str) -> Any:
    namespace: dict[str, Any] = {}
    exec(Path(environment.site_packages, module, "__init__.py").read_text(), namespace)
    return namespace[name]


async def test_source_is_built_where_there_is_no_wheel(tmp_path: Path, wheels: Path) -> None:
    lines: list[str] = []
    environments = building(tmp_path)
    assert attribute(await made(environments, "quill"), "quill", "VERSION") == "2.0"
    assert attribute(await made(environments, "quill==1.0"), "quill", "VERSION") == "1.0"
    await environments.ensure(["quill"], lines.append)
    assert lines == [], "it is known by now"
    lock = await environments.lock(["quill"])
    assert (lock.pins, lock.text.count("--hash=sha256:")) == (("quill==2.0",), 1)
    assert str(tmp_path) not in lock.text, "a data folder may move"


async def test_what_others_depend_on_is_built_as_well(tmp_path: Path, wheels: Path) -> None:
    make_sdist(wheels, "inkwell", "1.0", project("inkwell", "1.0", needs=["oldpens", "tinypen"]))
    environment = await made(building(tmp_path), "inkwell")
    assert environment.packages == {"inkwell", "oldpens", "quill", "tinypen"}
    assert attribute(environment, "quill", "VERSION") == "1.0"


async def test_what_is_built_is_kept_for_the_next(tmp_path: Path, wheels: Path) -> None:
    await made(building(tmp_path), "quill==1.0")
    lines: list[str] = []
    await building(tmp_path).ensure(["oldpens"], lines.append)
    assert not [line for line in lines if line.startswith("Building")]


async def test_built_wheels_go_once_no_lock_names_them(tmp_path: Path, wheels: Path) -> None:
    environments = building(tmp_path)
    environment = await made(environments, "quill==1.0")
    assert await environments.collect({environment.id}, older_than=-1) == []
    await environments.forget("quill")
    (gone,) = await environments.collect({environment.id}, older_than=-1)
    assert gone.pins == ("quill==1.0 (built here)",)
    assert list((tmp_path / "data" / "wheels").iterdir()) == []


async def test_a_build_gets_what_it_requires(tmp_path: Path, wheels: Path) -> None:
    more = (
        "def get_requires_for_build_wheel(config_settings=None): return ['oldpens; python_version < \"3\"', 'bluepen']"
    )
    make_wheel(wheels, "bluepen", "1.0")
    code = "import tinypen\nfound['built with'] = tinypen.VERSION\n"
    wheel = "build = build_wheel\ndef build_wheel(*args):\n    import bluepen\n    return build(*args)\n"
    files = project("crayon", "1.0", code=code, end=f"{more}\n{wheel}", requires=["tinypen==1.0"])
    make_sdist(wheels, "crayon", "1.0", files)
    assert attribute(await made(building(tmp_path), "crayon"), "crayon", "FOUND") == {"built with": "1.0"}


async def test_nothing_is_built_unless_it_is_allowed(tmp_path: Path, wheels: Path) -> None:
    error = await refused(building(tmp_path, "never"), "quill")
    assert (error.fields["cause"], error.fields["package"]) == ("no_wheel", "quill")
    assert "`build`" in error.hint


NO_WALLS = "namespaces,network,landlock,seccomp,uid"


async def test_a_machine_without_walls_builds_only_when_told_to(tmp_path: Path, wheels: Path) -> None:
    with pytest.raises(RequirementsError, match="this machine has no walls to build inside") as refused:
        await building(tmp_path, walls_without=NO_WALLS).ensure(["quill"])
    assert "unconfined" in refused.value.hint
    assert await building(tmp_path, "unconfined", walls_without=NO_WALLS).ensure(["quill"]) is not None


async def test_a_build_that_fails_says_so_with_its_log(tmp_path: Path, wheels: Path) -> None:
    code = "for number in range(100): print('compiling', number)\nraise SystemError('no compiler for this ink')\n"
    make_sdist(wheels, "crayon", "1.0", project("crayon", "1.0", code=code))
    error = await refused(building(tmp_path), "crayon")
    assert error.message == "crayon: comes as source and cannot be built: SystemError: no compiler for this ink."
    assert (error.fields["cause"], error.fields["package"]) == ("build", "crayon")
    assert "compiling 99" in error.fields["traceback"]
    assert len(error.fields["traceback"].splitlines()) <= 40
    assert list((tmp_path / "data" / "building").iterdir()) == []


# Builds that mean harm

HOSTILE = """
import os, pathlib, socket, sys
def attempt(name, do):
    try:
        found[name] = repr(do())
    except BaseException as error:
        found[name] = type(error).__name__
def connect(address, port):
    with socket.create_connection((address, port), 1): return "connected"
def datagram():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock: return sock.sendto(b"x", ("127.0.0.1", {port}))
attempt("database", lambda: pathlib.Path({data!r}, "penstock.db").read_bytes())
attempt("data folder", lambda: os.listdir({data!r}))
attempt("loopback", lambda: connect("127.0.0.1", {port}))
attempt("internet", lambda: connect("93.184.215.14", 80))
attempt("outside", lambda: pathlib.Path({outside!r}).write_text("was here"))
attempt("passwords", lambda: pathlib.Path("/etc/shadow").read_bytes())
found["environment"] = sorted(name for name in os.environ if "PENSTOCK" in name or "SECRET" in name)
"""


async def test_a_hostile_build_reaches_nothing(tmp_path: Path, wheels: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PENSTOCK_SECRET_KEY", "a secret")
    data, outside = tmp_path / "data", tmp_path / "outside"
    data.mkdir()
    (data / "penstock.db").write_text("everything")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.2)
        port = listener.getsockname()[1]
        code = HOSTILE.format(data=str(data), port=port, outside=str(outside))
        make_sdist(wheels, "crayon", "1.0", project("crayon", "1.0", code=code))
        environment = await made(building(tmp_path), "crayon")
        with pytest.raises(TimeoutError):
            listener.accept()
    found = attribute(environment, "crayon", "FOUND")
    assert found.pop("environment") == []
    assert found.pop("data folder") in ("['building', 'environments']", "['building']", "PermissionError")
    refusals = {"FileNotFoundError", "PermissionError", "OSError", "ConnectionRefusedError", "TimeoutError"}
    assert {name: outcome for name, outcome in found.items() if outcome not in refusals} == {}
    assert not outside.exists()


@pytest.mark.parametrize("build", ["never", "confined"])
async def test_nobody_runs_code_of_a_package_to_learn_what_it_is(tmp_path: Path, wheels: Path, build: str) -> None:
    """Outside the walls, this would leave its mark."""
    mark = tmp_path / "mark"
    code = f"import pathlib\npathlib.Path({str(mark)!r}).write_text('was here')\n"
    make_sdist(wheels, "crayon", "1.0", project("crayon", "1.0", code=code))
    make_wheel(wheels, "pencils", "1.0", ["crayon"])
    await refused(building(tmp_path, build), "crayon")
    await refused(building(tmp_path, build), "pencils")
    assert not mark.exists()


STILL_THERE = "import os, time\nif not os.fork():\n    os.setsid()\n    time.sleep(600)\n"


@pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")
async def test_a_build_that_never_ends_is_ended_with_all_that_it_started(
    tmp_path: Path, wheels: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("penstock.engine.local.workshop.STEP_SECONDS", 2.0)
    code = f"{STILL_THERE}print('thinking', flush=True)\nwhile True: pass\n"
    make_sdist(wheels, "crayon", "1.0", project("crayon", "1.0", code=code))
    error = await refused(building(tmp_path), "crayon")
    assert "crayon: comes as source and cannot be built: it did not end within 2 s." in error.message
    assert processes_in(tmp_path / "data" / "building") == []


async def test_a_build_may_not_fill_the_disk(tmp_path: Path, wheels: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("penstock.engine.local.workshop.DISK", 2 * 2**20)
    monkeypatch.setattr("penstock.engine.local.workshop.LOOK_EVERY", 0.05)
    code = "import itertools\nfor number in itertools.count(): open(f'{number % 40}', 'ab').write(bytes(2**17))\n"
    make_sdist(wheels, "crayon", "1.0", project("crayon", "1.0", code=code))
    assert "it wrote more than" in (await refused(building(tmp_path), "crayon")).message


@pytest.mark.parametrize(
    ("end", "reason"),
    [
        ("def build_wheel(*args): return '../../../secret'", "it made no wheel"),
        ("def build_wheel(directory, *args): os.symlink({secret!r}, directory + '/' + W); return W", "cannot be built"),
        ("def build_wheel(directory, *args): os.mkfifo(directory + '/' + W); return W", "no file of at most"),
        ("def build_wheel(directory, *args): os.mkdir(directory + '/' + W); return W", "cannot be built"),
        ("def build_wheel(*args): return W.replace('crayon', 'tinypen')", "the source is that of `tinypen`"),
        ("def build_wheel(*args): return 'x' * 100_000", "cannot be built"),
        ("def build_wheel(*args): print('x' * 50_000_000); raise SystemExit('enough')", "enough"),
        (
            "def build_wheel(directory, *args):\n    os.rename(directory, directory + '.old')\n"
            "    os.symlink({secret_folder!r}, directory)\n    return 'secret'",
            "cannot be built",
        ),
    ],
)
async def test_what_a_build_leaves_is_not_trusted(tmp_path: Path, wheels: Path, end: str, reason: str) -> None:
    secret = tmp_path / "secrets" / "secret"
    secret.parent.mkdir()
    secret.write_text("everything")
    end = f"W = 'crayon-1.0-py3-none-any.whl'\n{end.format(secret=str(secret), secret_folder=str(secret.parent))}\n"
    make_sdist(wheels, "crayon", "1.0", project("crayon", "1.0", end=end))
    error = await refused(building(tmp_path), "crayon")
    assert reason in error.message
    kept = tmp_path / "data" / "wheels"
    assert not kept.exists() or [path for path in kept.rglob("*") if path.is_file()] == []


def processes_in(folder: Path) -> list[str]:
    """Command lines of processes that work in a folder."""
    found: list[str] = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if str(folder) in (process / "cmdline").read_text() or str(folder) in str((process / "cwd").readlink()):
                found.append((process / "cmdline").read_text())
        except OSError:
            continue
    return found


# From git


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """What git finds at https://pens.example/."""
    if shutil.which("git") is None:
        pytest.skip("no git here")
    folder = tmp_path / "repositories" / "fountain"
    for version in ("1.0", "2.0"):
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in project("fountain", version).items():
            (folder / name).write_text(text)
        git(folder, "init", "--quiet")
        git(folder, "add", ".")
        git(folder, "-c", "user.name=Ada", "-c", "user.email=a@b.c", "commit", "--quiet", "-m", version)
        git(folder, "tag", f"v{version}")
    git(folder, "update-server-info")
    handler = partial(_QuietFiles, directory=str(folder.parent))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", f"url.http://127.0.0.1:{server.server_address[1]}/.insteadOf")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", "https://pens.example/")
    yield folder
    server.shutdown()
    server.server_close()


class _QuietFiles(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", "-C", str(folder), *arguments], check=True, capture_output=True)


async def from_git(tmp_path: Path, requirement: str) -> Environment:
    chosen = Settings(data_dir=tmp_path / "data", build="confined")
    return await made(Environments(chosen.data_dir, None, workshop(chosen)), requirement)


async def test_a_package_comes_from_git(tmp_path: Path, repository: Path) -> None:
    plain = await from_git(tmp_path, "git+https://pens.example/fountain/.git#egg=fountain")
    assert attribute(plain, "fountain", "VERSION") == "2.0"
    tagged = await from_git(tmp_path, "fountain @ git+https://pens.example/fountain/.git@v1.0")
    assert attribute(tagged, "fountain", "VERSION") == "1.0"


async def test_what_git_does_not_have_is_said(tmp_path: Path, repository: Path) -> None:
    with pytest.raises(RequirementsError, match=r"fountain: cannot be had from git: .*v9"):
        await from_git(tmp_path, "fountain @ git+https://pens.example/fountain/.git@v9.0")
    with pytest.raises(RequirementsError, match=r"biro: cannot be had from git: repository .* not found"):
        await from_git(tmp_path, "biro @ git+https://pens.example/biro/.git")


async def test_two_that_need_the_same_build_it_once(tmp_path: Path, wheels: Path) -> None:
    environments = building(tmp_path)
    lines: list[str] = []
    await made(environments, "tinypen")
    first, second = await asyncio.gather(
        environments.ensure(["quill<2"], lines.append), environments.ensure(["oldpens"], lines.append)
    )
    assert first is not None
    assert second is not None
    assert len([line for line in lines if line.startswith("Building quill")]) == 1
