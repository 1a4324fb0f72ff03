"""`penstock run`: a function in the terminal, without a server."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples" / "functions"


def penstock_run(file: Path, *options: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "penstock.cli", "run", str(file), *options]
    return subprocess.run(command, capture_output=True, text=True, timeout=240, stdin=subprocess.DEVNULL, cwd=cwd)


def test_a_question_is_answered_and_the_result_printed() -> None:
    ended = penstock_run(EXAMPLES / "improve.py", "--message", "I can't do it", "--answer", "formal")
    assert ended.returncode == 0, ended.stderr
    assert json.loads(ended.stdout)["content"] == "I cannot do it"
    assert "Formal tone" in ended.stderr
    assert "Rewritten: formal" in ended.stderr


def test_a_pipe_streams_its_answer_to_stdout() -> None:
    ended = penstock_run(EXAMPLES / "guide.py", "--message", "tables", "--valves", '{"pace": 0}')
    assert ended.returncode == 0, ended.stderr
    assert "| Q4 | 1490 | 385 |" in ended.stdout


def test_background_work_is_followed_to_its_end() -> None:
    ended = penstock_run(EXAMPLES / "long_job.py", "--valves", '{"steps": 4, "pause": 0.01}')
    assert ended.returncode == 0, ended.stderr
    assert "100%" in ended.stderr
    assert "is done" in ended.stderr


def test_html_is_written_to_a_file(tmp_path: Path) -> None:
    ended = penstock_run(EXAMPLES / "chart.py", "--message", "1 2 3", "--answer", "bar", cwd=tmp_path)
    assert ended.returncode == 0, ended.stderr
    assert "<svg" in (tmp_path / "chart.html").read_text()


@pytest.mark.parametrize(
    ("role", "code"),
    [("admin", 0), ("moderator", 0), ("user", 1)],
)
def test_a_refusal_by_the_function_is_a_failure(role: str, code: int) -> None:
    assert penstock_run(EXAMPLES / "admin_report.py", "--user", role).returncode == code


def test_the_body_is_what_the_caller_gives() -> None:
    body = json.dumps({"operation": "multiply", "num1": 6, "num2": 7})
    ended = penstock_run(EXAMPLES / "calculator.py", "--body", body)
    assert json.loads(ended.stdout)["data"]["result"] == 42


def test_a_filter_shows_inlet_and_outlet() -> None:
    ended = penstock_run(EXAMPLES / "mask_secrets.py", "--message", "my key is sk-abcdefghijklmnop1234")
    assert ended.returncode == 0, ended.stderr
    assert "[secret]" in ended.stdout
    assert "sk-abc" not in ended.stdout


def test_nobody_to_answer_is_a_clear_failure() -> None:
    ended = penstock_run(EXAMPLES / "improve.py")
    assert ended.returncode == 1
    assert "--answer" in ended.stderr


def test_a_raising_hook_ends_with_its_traceback(tmp_path: Path) -> None:
    file = tmp_path / "broken.py"
    file.write_text("class Action:\n    def action(self, body):\n        return 1 / 0\n")
    ended = penstock_run(file)
    assert ended.returncode == 1
    assert "ZeroDivisionError" in ended.stderr
    assert "line 3" in ended.stderr


def test_a_broken_file_names_line_and_column(tmp_path: Path) -> None:
    file = tmp_path / "broken.py"
    file.write_text("class Action:\n    def action(self, body)\n        pass\n")
    ended = penstock_run(file)
    assert ended.returncode == 2
    assert "line 2" in ended.stderr


def test_bad_json_is_said(tmp_path: Path) -> None:
    ended = penstock_run(EXAMPLES / "calculator.py", "--body", "{operation: add}")
    assert ended.returncode == 1
    assert "--body is not JSON" in ended.stderr


REACHING = """
class Action:
    def action(self, body):
        try:
            with open(body["path"]) as found:
                return {"read": found.read()}
        except OSError as error:
            return {"refused": type(error).__name__}
"""


@pytest.mark.parametrize(("profile", "reads"), [("closed", False), ("trusted", True)])
def test_the_profile_decides_what_the_file_reaches(tmp_path: Path, profile: str, reads: bool) -> None:
    file, kept = tmp_path / "reaching.py", tmp_path / "kept.txt"
    file.write_text(REACHING)
    kept.write_text("mine")
    ended = penstock_run(file, "--profile", profile, "--body", json.dumps({"path": str(kept)}))
    assert ended.returncode == 0, ended.stderr
    assert ("read" in json.loads(ended.stdout)) is reads


def test_an_unknown_profile_is_said() -> None:
    ended = penstock_run(EXAMPLES / "calculator.py", "--profile", "open")
    assert ended.returncode == 1
    assert "--profile is one of closed, standard, trusted, not open" in ended.stderr
