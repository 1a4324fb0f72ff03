"""`make spec`: the rows of docs/contract.md with the tests that prove them. Ends with 1 where a row has none."""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from pathlib import Path

import pytest

CONTRACT = Path(__file__).parent.parent / "docs" / "contract.md"
ROW = re.compile(r"^- \*\*([A-Z]\d+)\*\* (\*Later\.\*)?", re.MULTILINE)


class Proofs:
    """A pytest plugin that notes which tests name which rows."""

    def __init__(self) -> None:
        self.by_row: dict[str, list[str]] = defaultdict(list)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        for item in session.items:
            name = item.nodeid.split("[", 1)[0]
            for mark in item.iter_markers("spec"):
                for row in mark.args:
                    if name not in self.by_row[row]:
                        self.by_row[row].append(name)


def rows() -> dict[str, bool]:
    """Every row of the contract, and whether it is built already."""
    return {row: not later for row, later in ROW.findall(CONTRACT.read_text("utf-8"))}


def missing(wanted: dict[str, bool], proven: dict[str, list[str]]) -> list[str]:
    """What is wrong, one sentence each."""
    lacking = [f"{row} has no test." for row, built in wanted.items() if built and not proven.get(row)]
    return lacking + [f"{row} is named by {proven[row][0]}, but is no row." for row in sorted(proven.keys() - wanted)]


def main() -> int:
    proofs, wanted = Proofs(), rows()
    ended = pytest.main(["--collect-only", "-p", "no:terminal", "-o", "addopts=--strict-markers"], plugins=[proofs])
    if ended != pytest.ExitCode.OK:
        print("The tests cannot be collected: run pytest --collect-only.", file=sys.stderr)
        return 1
    for row, built in wanted.items():
        tests = proofs.by_row.get(row, [])
        print(f"{row:4}{len(tests):4}  {'' if built else 'later'}{tests[0] if tests else ''}")
        for test in tests[1:]:
            print(f"{'':10}{test}")
    wrong = missing(wanted, proofs.by_row)
    for sentence in wrong:
        print(sentence, file=sys.stderr)
    print(f"{len(wanted)} rows, {sum(map(len, proofs.by_row.values()))} proofs, {len(wrong)} wrong.", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
