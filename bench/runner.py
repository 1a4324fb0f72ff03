"""Runs scenarios on all servers in turn (A B C, B C A, ...) and keeps what comes out as it comes."""

from __future__ import annotations

import asyncio
import json
import os
import platform
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from bench import load
from bench.processes import load_now, metered
from bench.scenarios import OPEN_LOOP, RATES, SCENARIOS, Effort, Scenario, empty, prepare
from bench.servers import FLOOR, OPEN_WEBUI, PENSTOCK, Server, data_folder, started, version_of

Report = dict[str, Any]
SERVERS = (FLOOR, PENSTOCK, OPEN_WEBUI)
RETIRE_AFTER = {"PENSTOCK_WORKER_IDLE": "1"}


class Runner:
    """Fills a report. `keep` is called with it after every scenario."""

    def __init__(self, report: Report, names: Sequence[str], effort: Effort, keep: Any) -> None:
        self._report = report
        self._names = names
        self._effort = effort
        self._keep = keep

    def run(self) -> None:
        """All that was asked for, one stage after another."""
        if chosen := self._chosen("fresh"):
            self._fresh(chosen)
        if (chosen := self._chosen("main")) or OPEN_LOOP in self._names:
            with self._servers("main", chosen) as servers:
                for scenario in chosen:
                    self._rounds(scenario, servers)
                if OPEN_LOOP in self._names:
                    self._open_loop(servers)
        if chosen := self._chosen("many"):
            with self._servers("many", chosen) as servers:
                for scenario in chosen:
                    self._rounds(scenario, servers)

    def _chosen(self, stage: str) -> list[Scenario]:
        return [found for found in SCENARIOS if found.stage == stage and found.name in self._names]

    @contextmanager
    def _servers(self, stage: str, chosen: Sequence[Scenario]) -> Iterator[list[Server]]:
        """Those that are installed and take part, prepared; all of them run at once, and only one is asked."""
        names = [name for name in self._installed() if stage == "main" or any(name in each.servers for each in chosen)]
        with ExitStack() as stack:
            servers = []
            for name in names:
                _say(f"starting {name} for the stage '{stage}'")
                servers.append(stack.enter_context(started(name, stack.enter_context(data_folder()))))
                prepare(servers[-1], stage)
            yield servers

    def _installed(self) -> list[str]:
        return [name for name in SERVERS if self._report["servers"].get(name)]

    def _fresh(self, chosen: Sequence[Scenario]) -> None:
        """What needs a server that has just started: each once on an empty folder, which is not counted, then again."""
        for scenario in chosen:
            self._begin(scenario)
        with ExitStack() as stack:
            folders = {name: stack.enter_context(data_folder()) for name in self._installed()}
            for name, folder in folders.items():
                with started(name, folder) as server:
                    self._report["first_starts"][name] = round(server.seconds_to_answer, 2)
                    prepare(server, "fresh")
            for turn in range(self._effort.starts):
                for name in _turned(list(folders), turn):
                    with started(name, folders[name], **RETIRE_AFTER) as server:
                        for scenario in chosen:
                            self._measure(scenario, server)
        for scenario in chosen:
            self._over(scenario)

    def _rounds(self, scenario: Scenario, servers: Sequence[Server]) -> None:
        self._begin(scenario)
        taking_part = [server for server in servers if server.name in scenario.servers]
        for turn in range(self._effort.slow_rounds if scenario.slow else self._effort.rounds):
            for server in _turned(taking_part, turn):
                self._measure(scenario, server)
        self._over(scenario)

    def _measure(self, scenario: Scenario, server: Server) -> None:
        if server.name not in scenario.servers:
            return
        kept = self._report["scenarios"][scenario.name]
        try:
            figures = _metered(server, scenario.measure(server, self._effort))
        except (RuntimeError, OSError, TimeoutError, KeyError) as error:
            kept.setdefault("failures", []).append(f"{server.name}: {type(error).__name__}: {error}")
            _say(f"{scenario.name} {server.name} FAILED: {error}")
        else:
            kept["rounds"].setdefault(server.name, []).append(figures)

    def _open_loop(self, servers: Sequence[Server]) -> None:
        """One run per rate; a server that has fallen behind is not asked for more."""
        found: dict[str, list[Any]] = {server.name: [] for server in servers}
        seconds = 1.5 * self._effort.seconds
        for rate in RATES:
            for server in servers:
                if not found[server.name] or found[server.name][-1]["kept_up"]:
                    figures = self._at_rate(server, rate, seconds)
                    found[server.name].append(figures)
                    _say(f"{OPEN_LOOP} {server.name} {rate}/s: {figures}")
        self._report[OPEN_LOOP] = found
        self._keep(self._report)

    def _at_rate(self, server: Server, rate: float, seconds: float) -> load.Figures:
        """A server that falls behind is asked once more, lest somebody else on the machine was to blame."""
        for _ in range(2):
            figures = _metered(server, load.open_loop(empty(server), rate=rate, seconds=seconds))
            if figures["kept_up"]:
                break
        return figures

    def _begin(self, scenario: Scenario) -> None:
        self._report["scenarios"][scenario.name] = {"begun": _now(), "load_before": load_now(), "rounds": {}}

    def _over(self, scenario: Scenario) -> None:
        self._report["scenarios"][scenario.name]["ended"] = _now()
        for name, rounds in self._report["scenarios"][scenario.name]["rounds"].items():
            key = scenario.shown[0][0]
            _say(f"{scenario.name} {name}: {key} {[each[key] for each in rounds]}")
        self._keep(self._report)


def new_report(effort: Effort, without: Sequence[str] = ()) -> Report:
    """An empty report that says where and with what it was made."""
    return {
        "made": _now(),
        "quick": effort.rounds < 5,
        "machine": {
            "cores": os.cpu_count(),
            "processor": _processor(),
            "system": f"{platform.system()} {platform.release()}",
            "python": platform.python_version(),
            "load_before": load_now(),
        },
        "servers": {name: None if name in without else version_of(name) for name in SERVERS},
        "first_starts": {},
        "scenarios": {},
    }


def _metered(server: Server, work: Any) -> load.Figures:
    with metered(server.pid) as cpu:
        figures: load.Figures = _run(work)
    return {**figures, **cpu.figures}


def _run(work: Any) -> Any:
    if sys.platform == "win32":
        return asyncio.run(work)
    import uvloop

    return uvloop.run(work)


def _turned(items: Sequence[Any], turn: int) -> list[Any]:
    start = turn % max(1, len(items))
    return [*items[start:], *items[:start]]


def _processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor()


def _now() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


def _say(sentence: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {sentence}", flush=True)


def write(report: Report, target: Path) -> None:
    """Write at once or not at all: a run that is broken off leaves what it had."""
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = target.with_suffix(".part")
    beside.write_text(json.dumps(report, indent=1) + "\n")
    beside.replace(target)
