"""What the end of a run means: an end, a word of the function's own, a service that is missing, or a failure."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence
from typing import Any

from penstock.cli.doctoring.report import Outcome
from penstock.functions import syntax_tree
from penstock.functions.packages import Package

_NETWORK_TYPES = re.compile(
    r"^(?:Connect\w*|Connection\w*|ClientConnect\w*|ClientConnector\w*|ClientResponseError|ClientOSError|gaierror"
    r"|HTTPError|HTTPStatusError|NetworkError|ProxyError|ReadTimeout|MaxRetryError|NewConnectionError|URLError"
    r"|SSLError|APIConnectionError|AuthenticationError|PermissionDeniedError|RateLimitError|ServerDisconnectedError"
    r"|NoCredentialsError|EndpointConnectionError|DefaultCredentialsError|LoginError|RequestError)$"
)
_FOR_PEOPLE = frozenset({"Exception", "ValueError", "RuntimeError", "PermissionError", "HTTPException"})
_SERVICE_WORDS = re.compile(
    r"api[ _-]?key|api[ _-]?token|access[ _-]token|credential|unauthori[sz]ed|authenticat|\b40[137]\b|\b50[234]\b"
    r"|connect(?:ion)? (?:to|refused|error|failed|attempts)|cannot connect|failed to connect|name or service not known"
    r"|network is unreachable|name resolution|was refused|no route to host|max retries|egress|not configured"
    r"|tunnel|proxy|is required (?:in|for) valves|offline|couldn't connect|could not connect",
    re.IGNORECASE,
)
_HOST = re.compile(r"(?:https?://|host[= ]['\"]?)([\w.-]+\.[a-z]{2,}|localhost)(?::\d+)?", re.IGNORECASE)
_CHAINED = re.compile(r"\n\n(?:During handling of the above exception|The above exception was the direct cause).*\n\n")
_FRAME = re.compile(r'^ +File "([^"]+)", line (\d+)', re.MULTILINE)
_EXCEPTION = re.compile(r"^(?:\w+\.)*(\w+)(?::.*)?$", re.MULTILINE)
_TROUBLE = re.compile(
    r"^\W*(?:\[?error|exception|failed|failure|fehler|traceback|please (?:set|provide|configure|enter)|missing"
    r"|invalid|no (?:api|valid)|could not|cannot|unable)",
    re.IGNORECASE,
)


def of_error(error: Mapping[str, Any], source: str | Package, refused: Sequence[str]) -> tuple[Outcome, str]:
    """The outcome of a run that failed, and the host that it wanted, where one is known."""
    code, kind, message = str(error.get("code")), str(error.get("type")), str(error.get("message"))
    trace = str(error.get("traceback") or "")
    if code == "deadline_exceeded":
        return "timeout", ""
    if code not in ("run_failed", "unavailable"):
        return "failed", ""
    host = refused[0] if refused else _first_host(f"{message}\n{trace}")
    if _NETWORK_TYPES.match(kind) or refused or _SERVICE_WORDS.search(message):
        return "needs_service", host
    if any(_NETWORK_TYPES.match(name) for name in re.findall(r"^(?:\w+\.)*(\w+):", trace, re.MULTILINE)):
        return "needs_service", host
    if isinstance(source, str) and kind in _FOR_PEOPLE:
        raised = [(kind, error.get("line")), *_wrapped(trace)]
        if any(name in _FOR_PEOPLE and _is_raised_for_people(source, line) for name, line in raised):
            return "said", ""
    return "failed", ""


def of_result(value: Any, events: Sequence[tuple[str, Any]]) -> tuple[Outcome, str]:
    """`said` where what it returned, or emitted last, tells of trouble; with that sentence."""
    if isinstance(value, Mapping):
        if value.get("success") is False or value.get("error"):
            return "said", str(value.get("error") or value.get("message") or "")[:300]
        value = value.get("content")
    if isinstance(value, str) and _TROUBLE.match(value):
        return "said", value[:300]
    for kind, data in reversed(events):
        fields: Mapping[str, Any] = data if isinstance(data, Mapping) else {}
        text = str(fields.get("content") or fields.get("description") or fields.get("error") or "")
        if kind == "notification" and fields.get("type") == "error":
            return "said", text[:300]
        if kind == "chat:completion" and fields.get("error"):
            return "said", str(fields["error"])[:300]
        if kind == "chat:message:error" or (kind == "status" and (fields.get("error") or _TROUBLE.match(text))):
            return "said", text[:300]
        if kind in ("message", "replace", "chat:message", "chat:message:delta") and _TROUBLE.match(text):
            return "said", text[:300]
    return "ok", ""


def _first_host(text: str) -> str:
    found = _HOST.search(text)
    return found[1] if found else ""


def _wrapped(trace: str) -> list[tuple[str, int]]:
    """Type and line of the exception that another one was made of, where the function raised it itself."""
    first, *later = _CHAINED.split(trace)
    frames, kinds = _FRAME.findall(first), _EXCEPTION.findall(first)
    if not later or not frames or not kinds or "/" in frames[-1][0]:
        return []
    return [(kinds[0], int(frames[-1][1]))]


def _is_raised_for_people(source: str, line: Any) -> bool:
    """Whether that line raises, with a text of the author's, outside of any `except`: a filter that says no."""
    if not isinstance(line, int):
        return False
    try:
        tree = syntax_tree.parse(source.removeprefix("\ufeff"))
    except (SyntaxError, ValueError):
        return False
    handled = {id(inner) for node in ast.walk(tree) if isinstance(node, ast.ExceptHandler) for inner in ast.walk(node)}
    return any(
        isinstance(node, ast.Raise)
        and node.lineno <= line <= (node.end_lineno or node.lineno)
        and id(node) not in handled
        and isinstance(node.exc, ast.Call)
        and bool(node.exc.args or node.exc.keywords)
        for node in ast.walk(tree)
    )
