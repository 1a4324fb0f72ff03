"""Every engine passes the same tests: add one to `ENGINES` and it is held to the contract."""

from __future__ import annotations

import asyncio
import importlib.util
import itertools
import os
import textwrap
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from anyio import fail_after

from penstock.engine.base import Engine, HookCall, Run, VersionSource
from penstock.engine.local import LocalEngine
from penstock.engine.ray import RayEngine
from penstock.engine.ray.cluster import Cluster
from penstock.protocol.frames import Ask, Background, Chunk, Emit, Failed, HostCall, Log, Result
from penstock.settings import Settings
from tests.engine.ray.starting import head_of_ray

ENGINES: dict[str, Callable[[Settings], Engine]] = {"local": LocalEngine, "ray": RayEngine}
ACTORS = 3  # of an engine on Ray
_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="package")
def ray(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """One small Ray for all engines of these tests: its start takes seconds."""
    if importlib.util.find_spec("ray") is None and "CI" not in os.environ:
        pytest.skip("Ray is not installed; it comes with the extra `cluster`")
    with head_of_ray(tmp_path_factory.mktemp("ray"), actors=2 * ACTORS) as address, ThreadPoolExecutor(1) as thread:
        cluster = Cluster(Settings(ray_address=address))
        thread.submit(lambda: asyncio.run(cluster.connect())).result()  # a loop may run in this thread
        yield
        thread.submit(lambda: asyncio.run(cluster.disconnect())).result()


@pytest.fixture(scope="module", params=list(ENGINES))
async def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Engine]:
    if request.param == "ray":
        request.getfixturevalue("ray")
    data_dir: Path = tmp_path_factory.mktemp("engine")
    made = ENGINES[request.param](Settings(data_dir=data_dir, output_limit=2**20, load_deadline=30, ray_actors=ACTORS))
    await made.start()
    yield made
    await made.stop(grace=0)


@dataclass
class Outcome:
    """Everything that came of one run."""

    events: list[tuple[str, Any]] = field(default_factory=list)
    chunks: list[Any] = field(default_factory=list)
    batches: list[int] = field(default_factory=list)
    lines: list[tuple[float, str, str, str]] = field(default_factory=list)
    backgrounds: list[int] = field(default_factory=list)
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    questions: list[tuple[str, Any]] = field(default_factory=list)
    result: Result | None = None
    failed: Failed | None = None

    @property
    def value(self) -> Any:
        assert self.failed is None, self.failed
        assert self.result is not None
        return self.result.value

    @property
    def texts(self) -> list[str]:
        return [text for _, _, text, _ in self.lines]


Answers = Callable[[str, Any], Any]


class Bench:
    """Runs sources on an engine, each in a function of its own."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def version(self, source: str, **fields: Any) -> VersionSource:
        number = next(_numbers)
        return VersionSource(
            function_id=fields.pop("function_id", f"f{number}"),
            version_id=f"v{number}",
            source=textwrap.dedent(source),
            filename=f"<f{number}>",
            **fields,
        )

    async def start(self, version: VersionSource, hook: str = "action", body: Any = None, **fields: Any) -> Run:
        return await self.engine.run(version, HookCall(f"r{next(_numbers)}", hook, body, **fields))

    async def run(
        self,
        version: VersionSource | str,
        hook: str = "action",
        body: Any = None,
        *,
        answers: Answers | None = None,
        seconds: float = 30,
        **fields: Any,
    ) -> Outcome:
        if isinstance(version, str):
            version = self.version(version)
        with fail_after(seconds):
            return await self.follow(await self.start(version, hook, body, **fields), answers)

    async def follow(self, run: Run, answers: Answers | None = None) -> Outcome:
        outcome = Outcome()
        async for frame in run:
            match frame:
                case Emit(type=kind, data=data):
                    outcome.events.append((kind, data))
                case Ask(call=call, type=kind, data=data):
                    outcome.questions.append((kind, data))
                    if answers is not None:
                        await run.reply(call, answers(kind, data))
                case HostCall(call=call, name=name, arguments=arguments):
                    outcome.calls.append((name, arguments))
                    await run.reply(call, answers(name, arguments) if answers else None)
                case Chunk(items=items):
                    outcome.chunks.extend(items)
                    outcome.batches.append(len(items))
                case Log(lines=lines):
                    outcome.lines.extend(lines)
                case Background(count=count):
                    outcome.backgrounds.append(count)
                case Result():
                    assert outcome.result is None
                    outcome.result = frame
                case Failed():
                    assert outcome.failed is None
                    outcome.failed = frame
        return outcome


@pytest.fixture
def bench(engine: Engine) -> Bench:
    return Bench(engine)
