from __future__ import annotations

import asyncio
import importlib.metadata
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from penstock.environments import Environment, Environments
from penstock.errors import RequirementsError, SourceError
from tests.environments.wheels import make_wheel

pytestmark = [pytest.mark.anyio, pytest.mark.spec("M4")]


@pytest.fixture
def wheels(tmp_path: Path) -> Path:
    folder = tmp_path / "wheels"
    make_wheel(folder, "tinypen", "1.0")
    make_wheel(folder, "tinypen", "2.0", ["tinyink>=3"])
    make_wheel(folder, "tinyink", "3.1")
    make_wheel(folder, "colour_pens", "1.0", ["tinypen<2", "httpx>=0.1"])
    make_wheel(folder, "httpx", "0.0.9")
    make_wheel(folder, "elsewhere", "1.0", platform="win32" if sys.platform != "win32" else "linux_x86_64")
    return folder


@pytest.fixture
def environments(tmp_path: Path, wheels: Path) -> Environments:
    return Environments(tmp_path / "data", wheels)


async def made(environments: Environments, *requirements: str) -> Environment:
    environment = await environments.ensure(requirements)
    assert environment is not None
    return environment


def version_in(environment: Environment, module: str) -> str:
    code = f"import sys; sys.path.insert(0, {environment.site_packages!r}); import {module}; print({module}.VERSION)"
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()


def writable(folder: Path) -> list[Path]:
    return [path for path in (folder, *folder.rglob("*")) if path.stat().st_mode & 0o222]


async def test_packages_are_installed_with_what_they_need(environments: Environments) -> None:
    environment = await made(environments, "tinypen")
    assert environment.packages == {"tinypen", "tinyink"}
    assert version_in(environment, "tinypen") == "2.0"
    assert environments.get(environment.id) == environment


async def test_two_functions_may_pin_different_versions(environments: Environments) -> None:
    old, new = await made(environments, "tinypen==1.0"), await made(environments, "tinypen==2.0")
    assert (version_in(old, "tinypen"), version_in(new, "tinypen")) == ("1.0", "2.0")


async def test_what_the_interpreter_has_is_left_out(environments: Environments) -> None:
    httpx = importlib.metadata.version("httpx")
    assert await environments.ensure(["httpx>=0.20", f"httpx=={httpx}", "PyDantic"]) is None
    assert await environments.ensure([]) is None
    assert (await made(environments, "colour-pens", "httpx")).packages == {"colour-pens", "tinypen"}


async def test_another_version_than_the_interpreter_has_is_installed(environments: Environments) -> None:
    environment = await made(environments, "httpx==0.0.9")
    assert environment.packages == {"httpx"}
    assert version_in(environment, "httpx") == "0.0.9"


async def test_markers_decide_what_is_asked_for(environments: Environments) -> None:
    assert await environments.ensure(["tinypen; python_version < '3'"]) is None
    assert (await made(environments, "tinyink; python_version > '3'")).packages == {"tinyink"}


async def test_one_set_is_installed_once(environments: Environments) -> None:
    lines: list[str] = []
    first, second, third = await asyncio.gather(
        environments.ensure(["tinypen"], lines.append),
        environments.ensure(["tinypen"], lines.append),
        environments.ensure(["tinyink", "tinypen==2.0"], lines.append),
    )
    assert first == second == third
    assert len([line for line in lines if line.startswith("Installed")]) == 1


async def test_servers_that_share_a_folder_share_what_is_installed(
    environments: Environments, tmp_path: Path, wheels: Path
) -> None:
    others = [environments, *(Environments(tmp_path / "data", wheels) for _ in range(2))]
    found = await asyncio.gather(*(other.ensure(["tinypen"]) for other in others))
    assert len({environment.id for environment in found if environment}) == 1
    assert [path.name for path in (tmp_path / "data" / "environments").iterdir()] == [found[0].id if found[0] else ""]


async def test_known_requirements_need_no_index(environments: Environments, tmp_path: Path) -> None:
    environment = await made(environments, "tinypen")
    without = Environments(tmp_path / "data", tmp_path / "no wheels here")
    assert await without.ensure(["tinypen"]) == environment


async def test_progress_is_told_in_lines_for_people(environments: Environments) -> None:
    lines: list[str] = []
    await environments.ensure(["tinypen"], lines.append)
    assert lines[0] == "Resolving tinypen"
    assert set(lines[1].removeprefix("Installing ").split(", ")) == {"tinypen==2.0", "tinyink==3.1"}
    assert lines[-1].startswith("Installed 2 packages in ")


async def test_a_lock_has_hashes(environments: Environments) -> None:
    lock = await environments.lock(["tinypen"])
    assert lock.packages == {"tinypen", "tinyink"}
    assert lock.text.count("--hash=sha256:") == 2
    assert lock.id == (await environments.lock(["tinypen"])).id


@pytest.mark.skipif(os.name != "posix", reason="modes of POSIX")
async def test_an_environment_is_read_only(environments: Environments) -> None:
    environment = await made(environments, "tinypen")
    assert writable(Path(environment.site_packages)) == []


@pytest.mark.parametrize(
    ("requirements", "package", "message"),
    [
        (["nosuchpen", "tinypen"], "nosuchpen", r"nosuchpen has no wheel in .*/wheels\b"),
        (["tinypen>9"], "tinypen", r"tinypen: only tinypen<=2\.0 is available and you require tinypen>9\."),
        (["tinypen<2", "tinypen>1"], "tinypen", r"you require tinypen<2; you require tinypen>1\."),
        (
            ["colour-pens", "tinypen==2.0"],
            "colour-pens",
            r"colour-pens depend on tinypen<2 .*; you require tinypen==2\.0\.",
        ),
        (["elsewhere"], "elsewhere", r"elsewhere.* no wheels"),
        (["not a requirement"], None, r"`not a requirement` is not a requirement"),
        (["-r /etc/hosts"], None, r"`-r /etc/hosts` is not a requirement"),
        (["git+https://example.org/pens/fountain.git@main"], "fountain", r"fountain: comes as source"),
        (["fountain @ git+https://example.org/fountain"], "fountain", r"fountain: comes as source"),
        (["fountain @ file:///etc/fountain.whl"], "fountain", r"only http, https and git\+https addresses"),
    ],
)
async def test_what_cannot_be_had_is_said_with_its_reason(
    environments: Environments, requirements: list[str], package: str | None, message: str
) -> None:
    with pytest.raises(RequirementsError, match=message) as caught:
        await environments.ensure(requirements)
    assert caught.value.fields["package"] == package
    assert caught.value.fields["phase"] == "requirements"
    assert "unsatisfiable" not in caught.value.message
    assert isinstance(caught.value, SourceError)


async def test_an_index_that_cannot_be_reached_is_named_as_the_cause(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UV_DEFAULT_INDEX", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("UV_HTTP_RETRIES", "0")
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "cache"))
    with pytest.raises(RequirementsError, match="The package index cannot be reached") as caught:
        await Environments(tmp_path).ensure(["tinypen"])
    assert "wheels" in caught.value.hint


async def test_an_index_that_does_not_answer_ends_in_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def silent(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        silenced.append(writer)

    silenced: list[asyncio.StreamWriter] = []
    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    monkeypatch.setenv("UV_DEFAULT_INDEX", f"http://127.0.0.1:{port}/simple")
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setattr("penstock.environments.locking.RESOLVE_DEADLINE", 0.5)
    started = time.monotonic()
    with pytest.raises(RequirementsError, match=r"tinypen: not resolved and installed within 0 s|index cannot be"):
        await Environments(tmp_path).ensure(["tinypen"])
    assert time.monotonic() - started < 10
    for writer in silenced:
        writer.close()
    server.close()


async def test_what_nobody_uses_is_collected(environments: Environments, tmp_path: Path) -> None:
    used, unused = await made(environments, "tinypen==1.0"), await made(environments, "tinyink")
    crashed = tmp_path / "data" / "environments" / ".aside-of-a-crash"
    crashed.mkdir()
    assert await environments.collect({used.id}) == []
    assert not crashed.exists()
    assert [gone.id for gone in await environments.collect({used.id}, older_than=-1)] == [unused.id]
    assert environments.get(unused.id) is None
    assert environments.get(used.id) == used
    assert (await made(environments, "tinyink")).id == unused.id


async def test_a_failed_installation_leaves_nothing(environments: Environments, wheels: Path, tmp_path: Path) -> None:
    await environments.lock(["tinypen"])
    make_wheel(wheels, "tinyink", "3.1", extra="Summary: not what was locked\n")
    with pytest.raises(RequirementsError, match="tinyink"):
        await environments.ensure(["tinypen"])
    assert list((tmp_path / "data" / "environments").iterdir()) == []
