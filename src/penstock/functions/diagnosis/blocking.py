"""Calls that wait without letting the event loop go on."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from penstock.functions.diagnosis.code import Code, dotted
from penstock.functions.diagnosis.finding import Finding

THREAD = "Wrap it: `await asyncio.to_thread(...)`."
CLIENT = "Use `httpx.AsyncClient` and await it, or wrap the call: `await asyncio.to_thread(...)`."
VERBS = ("get", "post", "put", "patch", "delete", "head", "options", "request")

CALLS: Mapping[str, str] = {
    "time.sleep": "Write `await asyncio.sleep(...)`.",
    "urllib.request.urlopen": CLIENT,
    "urllib.request.urlretrieve": CLIENT,
    **{f"requests.{verb}": CLIENT for verb in VERBS},
    **{f"httpx.{verb}": CLIENT for verb in (*VERBS, "stream")},
    **{
        f"subprocess.{name}": "Use `await asyncio.create_subprocess_exec(...)`, or `asyncio.to_thread`."
        for name in ("run", "call", "check_call", "check_output", "getoutput", "getstatusoutput")
    },
    "os.system": "Use `await asyncio.create_subprocess_shell(...)`, or `asyncio.to_thread`.",
    "input": "Ask the person: `await __event_call__({'type': 'input', ...})`.",
    "socket.create_connection": "Use `await asyncio.open_connection(...)`.",
    "sqlite3.connect": THREAD,
    "psycopg2.connect": THREAD,
    "smtplib.SMTP": THREAD,
    "smtplib.SMTP_SSL": THREAD,
    "feedparser.parse": THREAD,
    "yfinance.download": THREAD,
}
CLIENTS: Mapping[str, str] = {
    "requests.Session": CLIENT,
    "requests.session": CLIENT,
    "httpx.Client": CLIENT,
    "openai.OpenAI": "Use `openai.AsyncOpenAI` and await it.",
    "openai.AzureOpenAI": "Use `openai.AsyncAzureOpenAI` and await it.",
    "anthropic.Anthropic": "Use `anthropic.AsyncAnthropic` and await it.",
    "groq.Groq": "Use `groq.AsyncGroq` and await it.",
    "ollama.Client": "Use `ollama.AsyncClient` and await it.",
    "mistralai.Mistral": "Use its methods that end in `_async`.",
    "redis.Redis": "Use `redis.asyncio`.",
    "boto3.client": THREAD,
}
_QUIET = {"close", "mount", "headers", "update", "cookies"}
ONLY_ITSELF = "It delays only this function's own runs, never the server."


def find(code: Code) -> Iterator[Finding]:
    """Calls within `async def` that block, directly or through a plain function of the same source."""
    clients = _clients(code)
    waiting = _plain_functions_that_wait(code, clients)
    for function in code.functions:
        if not isinstance(function, ast.AsyncFunctionDef):
            continue
        for call in code.calls(function):
            if found := _blocking(code, call, clients):
                name, fix = found
                yield _finding(f"`{name}` blocks the event loop in `{function.name}`.", call.lineno, fix)
            elif (called := _own_function(call)) in waiting:
                name, line = waiting[called]
                said = (
                    f"`{called}` is called in `{function.name}` without a thread and waits in line {line} (`{name}`)."
                )
                yield _finding(said, call.lineno, f"Call it with `await asyncio.to_thread({dotted(call.func)}, ...)`.")


def _finding(message: str, line: int, fix: str) -> Finding:
    return Finding("blocks_loop", "warning", f"{message} {ONLY_ITSELF}", line, fix)


def _blocking(code: Code, call: ast.Call, clients: Mapping[str, str]) -> tuple[str, str] | None:
    name = code.full_name(call.func)
    if name in CALLS:
        return name, CALLS[name]
    owner, _, method = dotted(call.func).rpartition(".")
    while owner:
        if owner in clients and method not in _QUIET:
            return dotted(call.func), clients[owner]
        owner = owner.rpartition(".")[0]
    return None


def _clients(code: Code) -> dict[str, str]:
    """Names that hold a client which blocks, with what to do."""
    found: dict[str, str] = {}
    for node in code.nodes:
        if isinstance(node, ast.Assign):
            pairs = [(target, node.value) for target in node.targets]
        elif isinstance(node, ast.With):
            pairs = [(item.optional_vars, item.context_expr) for item in node.items if item.optional_vars]
        else:
            continue
        for target, value in pairs:
            if isinstance(value, ast.Call) and (fix := CLIENTS.get(code.full_name(value.func))) and dotted(target):
                found[dotted(target)] = fix
    return found


def _plain_functions_that_wait(code: Code, clients: Mapping[str, str]) -> dict[str, tuple[str, int]]:
    """Functions without `async` that wait, themselves or through others, by name; ambiguous names are left out."""
    plain = [function for function in code.functions if isinstance(function, ast.FunctionDef)]
    names = [function.name for function in code.functions]
    plain = [function for function in plain if names.count(function.name) == 1]
    waiting: dict[str, tuple[str, int]] = {}
    for function in plain:
        for call in code.calls(function):
            if found := _blocking(code, call, clients):
                waiting.setdefault(function.name, (found[0], call.lineno))
    grown = True
    while grown:
        grown = False
        for function in plain:
            through = (_own_function(call) for call in code.calls(function))
            if function.name not in waiting and (inner := next((name for name in through if name in waiting), None)):
                waiting[function.name] = waiting[inner]
                grown = True
    return waiting


def _own_function(call: ast.Call) -> str:
    """`f` and `self.f`, but nothing of other objects."""
    owner, _, name = dotted(call.func).rpartition(".")
    return name if owner in ("", "self", "cls") else ""
