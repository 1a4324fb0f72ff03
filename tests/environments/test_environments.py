from __future__ import annotations

import asyncio
import importlib.metadata
import importlib.util
import os
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from penstock.environments import Environment, Environments
from penstock.errors import RequirementsError, SourceError
from tests.environments.index import serving_index
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
    return python(f"import sys; sys.path.insert(0, sys.argv[1]); import {module}; print({module}.VERSION)", environment)


def python(code: str, environment: Environment) -> str:
    command = [sys.executable, "-c", code, environment.site_packages]
    ended = subprocess.run(command, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout.strip()


def modes(folder: Path) -> tuple[dict[Path, int], dict[Path, int]]:
    """Of all files and of all folders."""
    found = {path: path.stat() for path in (folder, *folder.rglob("*"))}
    files = {path: stat.S_IMODE(each.st_mode) for path, each in found.items() if stat.S_ISREG(each.st_mode)}
    folders = {path: stat.S_IMODE(each.st_mode) for path, each in found.items() if stat.S_ISDIR(each.st_mode)}
    return files, folders


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


@pytest.fixture
def closed_umask() -> Iterator[None]:
    before = os.umask(0o077)
    yield
    os.umask(before)


async def test_an_environment_is_readable_for_all_and_writable_for_none(
    environments: Environments, closed_umask: None
) -> None:
    environment = await made(environments, "tinypen")
    files, folders = modes(Path(environment.site_packages))
    assert (set(files.values()), set(folders.values())) == ({0o444}, {0o555})
    assert stat.S_IMODE(Path(environment.site_packages).parent.stat().st_mode) == 0o755


AS_SOMEBODY_ELSE = """
import os, sys
os.chdir(sys.argv[1])
os.setgroups([]), os.setgid(65534), os.setuid(65534)
sys.path.insert(0, "")
import tinypen, tinyink
print(tinypen.VERSION)
"""


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root may be somebody else")
async def test_another_user_can_import_from_it(wheels: Path, closed_umask: None) -> None:
    with tempfile.TemporaryDirectory() as open_to_all:  # the folders of tests are their user's own
        os.chmod(open_to_all, 0o755)
        environment = await made(Environments(Path(open_to_all), wheels), "tinypen")
        assert python(AS_SOMEBODY_ELSE, environment) == "2.0"


async def test_modules_are_compiled_when_they_are_installed(environments: Environments) -> None:
    files, _ = modes(Path((await made(environments, "tinypen")).site_packages))
    sources = [path for path in files if path.suffix == ".py"]
    assert sources
    assert all(Path(importlib.util.cache_from_source(str(source))) in files for source in sources)


async def test_a_folder_of_wheels_needs_no_network(
    environments: Environments, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "index").mkdir()
    with serving_index(tmp_path / "index", monkeypatch, tmp_path / "cache") as index:
        for proxy in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(proxy, index.url)
        await made(environments, "tinypen")
        with pytest.raises(RequirementsError, match=r"bluepen has no wheel in .*/wheels\."):
            await environments.ensure(["bluepen"])
        with pytest.raises(
            RequirementsError, match=r"bluepen: comes from an address, but packages come from .*/wheels "
        ):
            await environments.ensure(["bluepen @ https://example.org/bluepen-1.0-py3-none-any.whl"])
        assert index.asked == []


async def test_a_folder_of_wheels_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(RequirementsError, match=r"no wheels here"):
        await Environments(tmp_path / "data", tmp_path / "no wheels here").ensure(["tinypen"])


async def test_the_list_says_what_there_is_and_how_large(environments: Environments, wheels: Path) -> None:
    make_wheel(wheels, "bigpen", "1.0", ballast=100_000)
    small, big = await made(environments, "tinypen==1.0"), await made(environments, "bigpen")
    first, second = environments.installed()
    assert (first.id, first.pins, second.id, second.pins) == (big.id, ("bigpen==1.0",), small.id, ("tinypen==1.0",))
    assert first.size > 100_000 > second.size > 0
    assert first.created_at == pytest.approx(time.time(), abs=60)


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
    with pytest.raises(RequirementsError, match=r"tinypen: not resolved and installed within 0 s|index cannot be"):
        async with asyncio.timeout(30):
            await Environments(tmp_path).ensure(["tinypen"])
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
