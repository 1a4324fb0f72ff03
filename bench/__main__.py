"""Measure, and keep the figures: `python -m bench`. See bench/README.md."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from bench.page import page
from bench.runner import Report, Runner, new_report, write
from bench.scenarios import FULL, NAMES, QUICK
from bench.servers import OPEN_WEBUI, VARIABLE, install_open_webui
from bench.table import lines

RESULTS = Path(__file__).parent / "results"


def arguments(given: Sequence[str]) -> argparse.Namespace:
    """What was asked for. Ends the program on what cannot be understood."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure Penstock beside Open WebUI.")
    parser.add_argument("--quick", action="store_true", help="fewer and shorter rounds: a look, not a result")
    parser.add_argument("--only", type=_names, default=NAMES, metavar="NAME,...", help=f"of {', '.join(NAMES)}")
    parser.add_argument("--resume", type=Path, metavar="JSON", help="go on with a report that was broken off")
    parser.add_argument("--redo", type=Path, metavar="JSON", help="measure `--only` again and put it into a report")
    parser.add_argument("--render", type=Path, metavar="JSON", help="measure nothing: write the page of a report")
    parser.add_argument("--without-open-webui", action="store_true")
    parser.add_argument("--install-open-webui", action="store_true", help="into an environment of its own, first")
    return parser.parse_args(given)


def _names(text: str) -> tuple[str, ...]:
    names = tuple(name for name in text.split(",") if name)
    for name in names:
        if name not in NAMES:
            raise argparse.ArgumentTypeError(f"there is no scenario '{name}'; there are {', '.join(NAMES)}")
    return names


def left_to_do(report: Report, names: Sequence[str]) -> list[str]:
    """The scenarios that a report has not finished."""
    done = {name for name, found in report["scenarios"].items() if "ended" in found}
    return [name for name in names if name not in done and name not in report]


def main(given: Sequence[str]) -> None:
    asked = arguments(given)
    if asked.render:
        _publish(json.loads(asked.render.read_text()), asked.render)
        return
    if asked.install_open_webui:
        install_open_webui()
    effort = QUICK if asked.quick else FULL
    earlier: Path | None = asked.resume or asked.redo
    report = new_report(effort, (OPEN_WEBUI,) if asked.without_open_webui else ())
    if earlier:
        report = json.loads(earlier.read_text())
    target = earlier or RESULTS / f"{time.strftime('%Y%m%d-%H%M%S')}.json"
    if not report["servers"][OPEN_WEBUI]:
        print(f"Open WebUI is left out. {VARIABLE} names an environment that has it.")
    names = left_to_do(report, asked.only) if asked.resume else asked.only
    Runner(report, names, effort, lambda report: write(report, target)).run()
    _publish(report, target)


def _publish(report: Report, target: Path) -> None:
    shown = target.with_suffix(".html")
    shown.write_text(page(report))
    print("\n".join(lines(report)))
    print(f"written to {target} and {shown}")


if __name__ == "__main__":
    main(sys.argv[1:])
