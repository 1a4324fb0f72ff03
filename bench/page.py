"""A report as one page: a table, and plots. It needs nothing but itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from bench import plots
from bench.scenarios import OPEN_LOOP
from bench.servers import FLOOR, OPEN_WEBUI, PENSTOCK
from bench.table import Line, figures, shown, table

NAMES = {FLOOR: "floor", OPEN_WEBUI: "Open WebUI", PENSTOCK: "Penstock"}
CSS = {FLOOR: "floor", OPEN_WEBUI: "other", PENSTOCK: "own"}

STYLE = """
:root{--bg:#fff;--fg:#1b1f24;--soft:#667;--line:#dde1e6;--own:#0b6bcb;--other:#c4501b;--floor:#8a93a0;--good:#1a7f37;
--bad:#b42318;--card:#f6f8fa}
@media (prefers-color-scheme:dark){:root{--bg:#12151a;--fg:#e6e9ee;--soft:#98a2b3;--line:#2b313b;--own:#58a6ff;
--other:#f0883e;--floor:#8b949e;--good:#3fb950;--bad:#ff7b72;--card:#1a1f27}}
*{box-sizing:border-box}body{margin:0 auto;max-width:1100px;padding:24px;background:var(--bg);color:var(--fg);
font:15px/1.5 system-ui,sans-serif}h1{font-size:26px;margin:0 0 4px}h2{font-size:19px;margin:36px 0 8px}
h3{font-size:15px;margin:18px 0 2px;font-weight:600}p{margin:6px 0;max-width:75ch}.soft{color:var(--soft)}
table{border-collapse:collapse;width:100%;font-size:13.5px}th,td{text-align:left;padding:6px 10px;vertical-align:top;
border-bottom:1px solid var(--line)}th{color:var(--soft);font-weight:600}.scroll{overflow-x:auto}
.yes{color:var(--good)}.no{color:var(--bad);font-weight:600}.noisy{color:var(--other);font-size:12px}
svg{width:100%;height:auto;max-width:860px;display:block}svg text{font:12px system-ui,sans-serif;fill:var(--fg)}
svg .tick,svg .small{font-size:11px}svg .tick{fill:var(--soft)}svg .value{font-weight:600}
svg .grid{stroke:var(--line)}svg .wanted{stroke:var(--good);stroke-width:2;stroke-dasharray:4 3}
svg rect.better,svg rect.own,svg circle.own{fill:var(--own)}svg rect.worse,svg rect.other,svg circle.other{
fill:var(--other)}svg rect.floor,svg circle.floor{fill:var(--floor)}svg rect.client{fill:var(--floor);opacity:.55}
svg rect.rest{fill:var(--bad);opacity:.6}svg circle{fill-opacity:.75}svg polyline{fill:none;stroke-width:2}
svg polyline.own{stroke:var(--own)}svg polyline.other{stroke:var(--other)}svg polyline.floor{stroke:var(--floor)}
svg .faint{stroke-dasharray:5 4;opacity:.8}.key span{display:inline-block;width:11px;height:11px;border-radius:2px;
margin:0 5px 0 14px;vertical-align:-1px}.key .own{background:var(--own)}.key .other{background:var(--other)}
.key .floor{background:var(--floor)}.key .client{background:var(--floor);opacity:.55}.key .rest{background:var(--bad)}
"""


def page(report: Mapping[str, Any]) -> str:
    """The page of a report. The floor is a bare FastAPI route, a bare event stream, a bare socket."""
    rows = table(dict(report))
    parts = [
        _head(report),
        "<h2>The table</h2>",
        _table(rows),
        "<h2>Times better than Open WebUI</h2>",
        _ratios(rows),
        "<h2>Every round</h2>",
        '<p class="soft">A dot is a round; the dashed line is the wanted figure. Axes are logarithmic.</p>',
        _key((PENSTOCK, OPEN_WEBUI, FLOOR)),
        *(_rounds(row) for row in rows),
        _open_loop(report.get(OPEN_LOOP) or {}),
        "<h2>CPU</h2>",
        _cpu(rows, int(report["machine"]["cores"] or 1)),
        _failures(report),
    ]
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="color-scheme" '
        f'content="light dark"><title>Penstock: bench</title><style>{STYLE}</style><body>{"".join(parts)}</body></html>'
    )


def _head(report: Mapping[str, Any]) -> str:
    machine = report["machine"]
    servers = ", ".join(f"{NAMES[name]} {version}" for name, version in report["servers"].items() if version)
    quick = " <b>A quick run: a look, not a result.</b>" if report["quick"] else ""
    where = f"{machine['cores']} cores, {machine['processor']}, {machine['system']}, Python {machine['python']}"
    first = ", ".join(f"{NAMES[name]} {shown(value)} s" for name, value in report["first_starts"].items())
    return (
        f"<h1>Penstock, measured</h1><p>{escape(servers)}.{quick}</p>"
        f'<p class="soft">{escape(report["made"])} on {escape(where)}; load before: {machine["load_before"]:.2f}. '
        f"First starts on an empty folder: {escape(first or '-')}. Medians over rounds that alternate between the "
        "servers; bench/README.md says how to repeat this.</p>"
    )


def _table(rows: Sequence[Line]) -> str:
    head = "<tr><th>scenario<th>floor<th>Open WebUI<th>Penstock<th>spread<th>wanted<th>ratio</tr>"
    return f'<div class="scroll"><table>{head}{"".join(map(_row, rows))}</table></div>'


def _row(row: Line) -> str:
    verdicts = "<br>".join(
        f'<span class="{"yes" if met else "no"}">{escape(sentence)} {"yes" if met else "no"}</span>'
        for sentence, met in row.verdicts
    )
    own = row.cell(PENSTOCK)
    noisy = '<br><span class="noisy">others used the machine meanwhile</span>' if row.noisy else ""
    cells = [escape(figures(row, name)) for name in (FLOOR, OPEN_WEBUI, PENSTOCK)]
    ratio = f"{shown(row.ratio)}x" if row.ratio else "-"
    spread = f"{own.spread:.0%}" if own else "-"
    rest = "<td>".join([*cells, spread, verdicts or "-", ratio])
    return f"<tr><td>{escape(row.scenario.title)}{noisy}<td>{rest}</tr>"


def _ratios(rows: Sequence[Line]) -> str:
    found = [(row.scenario.name, row.ratio, f"{shown(row.ratio)}x") for row in rows if row.ratio]
    return plots.bars(found, "How many times better Penstock is") if found else "<p>Open WebUI was left out.</p>"


def _key(names: Sequence[str]) -> str:
    return f'<p class="key">{"".join(f"<span class={CSS[name]}></span>{NAMES[name]}" for name in names)}</p>'


def _rounds(row: Line) -> str:
    key, unit = row.scenario.shown[0]
    limit = next((wanted.limit for wanted in row.scenario.wanted if wanted.key == key), None)
    found = [
        (NAMES[name], CSS[name], row.rounds[name]) for name in (FLOOR, OPEN_WEBUI, PENSTOCK) if row.rounds.get(name)
    ]
    if not any(value > 0 for _, _, values in found for value in values):
        return ""
    title = f"{row.scenario.title} ({unit})"
    return f"<h3>{escape(title)}</h3>{plots.dots(found, limit, unit.partition(' ')[0], title)}"


def _open_loop(found: Mapping[str, Sequence[Mapping[str, float]]]) -> str:
    if not any(found.values()):
        return ""
    series = [
        (f"{NAMES[name]} {key[:3]}", f"{CSS[name]}{' faint' if key == 'p50_ms' else ''}", _points(runs, key))
        for name, runs in found.items()
        for key in ("p50_ms", "p99_ms")
        if runs
    ]
    plot = plots.curves(series, "calls per second that come", "ms", "Latency at fixed rates")
    return (
        "<h2>Latency at fixed rates (open loop)</h2><p>Empty actions come at fixed times, whether or not earlier ones "
        "were answered, and each is timed from when it was due: a server that stalls is charged for all who waited. "
        f"A line ends where the server fell behind.</p>{plot}"
    )


def _points(runs: Sequence[Mapping[str, float]], key: str) -> list[plots.Point]:
    return [(run["rate"], run[key]) for run in runs]


def _cpu(rows: Sequence[Line], cores: int) -> str:
    kinds = (("own", "cpu_server"), ("client", "cpu_client"), ("rest", "cpu_others"))
    found = []
    for row in rows:
        for name in (OPEN_WEBUI, PENSTOCK):
            shares = [(css, cell.median) for css, key in kinds if (cell := row.cell(name, key))]
            if shares:
                found.append((f"{row.scenario.name}, {NAMES[name]}", shares))
    if not found:
        return ""
    key = '<p class="key"><span class="own"></span>server<span class="client"></span>client<span class="rest"></span>'
    return f"<p>Cores in use while a scenario ran.</p>{key}others</p>{plots.stacks(found, cores, 'CPU')}"


def _failures(report: Mapping[str, Any]) -> str:
    found = [
        f"<li>{escape(name)}: {escape(failure)}</li>"
        for name, scenario in report["scenarios"].items()
        for failure in scenario.get("failures", ())
    ]
    return f"<h2>What failed</h2><ul>{''.join(found)}</ul>" if found else ""
