"""What the bench does besides measuring: it reads its arguments and tells what a report says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from bench.__main__ import arguments, left_to_do, main
from bench.page import page
from bench.scenarios import NAMES, SCENARIOS
from bench.table import lines, table

from bench import load

REPORT: dict[str, Any] = json.loads((Path(__file__).parent / "report.json").read_text())


def test_everything_is_measured_unless_scenarios_are_named() -> None:
    assert arguments([]).only == NAMES
    assert arguments(["--only", "empty,models"]).only == ("empty", "models")


def test_a_scenario_that_does_not_exist_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        arguments(["--only", "empty,nonsense"])
    assert "there is no scenario 'nonsense'" in capsys.readouterr().err


def test_a_run_that_was_broken_off_goes_on_with_what_is_missing() -> None:
    report = {"scenarios": {"empty": {"rounds": {}, "ended": "now"}, "stream": {"rounds": {}}}, "open-loop": {}}
    assert left_to_do(report, ["empty", "stream", "models", "open-loop"]) == ["stream", "models"]


def test_the_table_gives_medians_ratios_and_verdicts() -> None:
    found = {line.scenario.name: line for line in table(REPORT)}
    empty, stream = found["empty"], found["stream"]
    cell = empty.cell("penstock", "p50_ms")
    assert cell is not None
    assert (cell.median, cell.least, cell.most) == (0.75, 0.7, 0.8)
    assert empty.ratio == pytest.approx(5.5 / 0.75)
    assert empty.verdicts == [("<= 1.5 ms p50", True)]
    assert stream.ratio == pytest.approx(80_000 / 30_000)
    assert [met for _, met in stream.verdicts] == [True, False]
    assert not empty.noisy
    assert stream.noisy


def test_the_table_is_markdown_with_a_line_for_each_scenario() -> None:
    head, _, *rows = lines(REPORT)
    assert head.count("|") == 7
    assert all(row.count("|") == 7 for row in rows)
    assert any("0.75 ms p50" in row and "7.33x" in row for row in rows)


def test_the_page_of_a_report_stands_on_its_own() -> None:
    shown = page(REPORT)
    assert shown.count("<svg") == shown.count("</svg>") > len(REPORT["scenarios"])
    assert "http" not in shown
    assert "<script" not in shown
    assert "prefers-color-scheme:dark" in shown
    assert "what &lt;b&gt; said" in shown


def test_a_stored_report_is_rendered_without_measuring(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    stored = tmp_path / "report.json"
    stored.write_text(json.dumps(REPORT))
    main(["--render", str(stored)])
    assert (tmp_path / "report.html").read_text() == page(REPORT)
    assert "| empty action, one at a time |" in capsys.readouterr().out


def test_a_report_without_open_webui_has_a_page_too() -> None:
    alone = json.loads(json.dumps(REPORT))
    alone["servers"]["open-webui"] = None
    for scenario in alone["scenarios"].values():
        scenario["rounds"].pop("open-webui", None)
    alone["open-loop"].pop("open-webui")
    assert "Open WebUI was left out" in page(alone)


def test_percentiles_are_of_what_was_measured() -> None:
    found = load.summary([number / 1000 for number in range(1, 101)], 2.0)
    assert found == {"calls": 100, "p50_ms": 50.5, "p99_ms": 100.0, "max_ms": 100.0, "per_second": 50.0}


def test_a_stream_that_lost_something_is_no_result() -> None:
    load.check_text("one two ", "one two")
    with pytest.raises(RuntimeError, match="not what was sent"):
        load.check_text("one", "one two")


def test_every_wanted_figure_is_shown() -> None:
    for scenario in SCENARIOS:
        assert {wanted.key for wanted in scenario.wanted} <= {key for key, _ in scenario.shown}
