"""The report as one HTML file that needs nothing else."""

from __future__ import annotations

import time
from collections.abc import Iterator
from html import escape

from penstock import __version__
from penstock.cli.doctoring.report import OUTCOMES, TO_AN_END, Examined, HookRun, Report, shares
from penstock.cli.doctoring.table import needs_of
from penstock.functions.description import KINDS
from penstock.functions.diagnosis.finding import Finding

_STYLE = """
:root { color-scheme: light dark; --line: color-mix(in srgb, currentColor 18%, transparent); }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.1rem; margin-top: 2rem; }
table { border-collapse: collapse; display: block; overflow-x: auto; }
th, td { text-align: left; padding: .25rem .75rem .25rem 0; border-bottom: 1px solid var(--line); }
details { border-bottom: 1px solid var(--line); padding: .4rem 0; } summary { cursor: pointer; }
code, pre { font: 13px/1.45 ui-monospace, monospace; overflow-wrap: anywhere; white-space: pre-wrap; }
.mark { display: inline-block; min-width: 4.5rem; font-weight: 600; }
.works, .good { color: light-dark(#146c2e, #7ddc97); } .look, .warning { color: light-dark(#875300, #f2c14e); }
.fails, .error, .bad { color: light-dark(#b3261e, #ff9b93); } .quiet, .note { opacity: .75; } li { margin: .35rem 0; }
"""


def page(report: Report) -> str:
    """The whole page."""
    body = "\n".join([*_summary(report), "<h2>Functions</h2>", *map(_function, report.functions)])
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Penstock doctor</title><style>{_STYLE}</style></head>\n<body>\n{body}\n</body></html>\n"
    )


def _summary(report: Report) -> Iterator[str]:
    made = time.strftime("%Y-%m-%d %H:%M")
    stopped = " The examination was interrupted; the rest is missing." if report.interrupted else ""
    yield f"<h1>Penstock doctor</h1><p>{len(report.functions)} functions, looked at by Penstock {__version__}"
    yield f"on {made}. {report.passed_over} Python files were no functions.{stopped}</p>"
    yield "<h2>By kind</h2><table><thead><tr><th>kind</th><th>functions</th><th>works</th><th>look</th><th>fails</th>"
    yield "".join(f"<th>{outcome}</th>" for outcome in OUTCOMES) if report.has_run else ""
    yield "<th>to an end</th><th>or want a service</th>" if report.has_run else ""
    yield "</tr></thead><tbody>"
    for kind in (*KINDS, "all"):
        if functions := report.of_kind(kind):
            yield _row(kind, functions, report.has_run)
    yield "</tbody></table>"
    if report.has_run:
        yield "<ul class=quiet>"
        yield from (f"<li><b>{outcome}</b>: {escape(meaning)}</li>" for outcome, meaning in OUTCOMES.items())
        yield "<li><b>to an end</b>: share of hooks with ok or said, of all but packages and not_asked</li></ul>"


def _row(kind: str, functions: list[Examined], has_run: bool) -> str:
    cells = [kind, str(len(functions))]
    cells += [str(sum(each.verdict == verdict for each in functions)) for verdict in ("works", "look", "fails")]
    if has_run:
        sums = shares(functions)
        cells += [str(sums["hooks"].get(outcome, 0)) for outcome in OUTCOMES]
        ends = (sums["to_an_end"], sums["to_an_end_or_service"])
        cells += ["-" if share is None else f"{share:.1%}" for share in ends]
    return "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>"


def _function(examined: Examined) -> str:
    diagnosis = examined.diagnosis
    title = diagnosis.title or examined.subject.name or examined.subject.id
    about = " · ".join(filter(None, [examined.kind or "kind not known", diagnosis.version, diagnosis.author]))
    opened = " open" if examined.verdict == "fails" else ""
    needs = "".join(f"<li>{escape(each)}</li>" for each in needs_of(examined))
    found = "".join(map(_finding, diagnosis.findings))
    runs = "".join(map(_run, examined.runs or ()))
    return (
        f'<details{opened}><summary><span class="mark {examined.verdict}">{examined.verdict}</span> {escape(title)} '
        f"<span class=quiet>{escape(about)}</span></summary><p><code>{escape(examined.subject.place)}</code></p>"
        f"<ul>{needs}</ul><ul>{found}</ul><ul>{runs}</ul></details>"
    )


def _finding(finding: Finding) -> str:
    where = ", ".join(filter(None, [finding.file, f"line {finding.line}" if finding.line else ""]))
    fix = f"<br><span class=quiet>{escape(finding.fix)}</span>" if finding.fix else ""
    return (
        f'<li><span class="{finding.severity}">{finding.severity}</span> <span class=quiet>{finding.code} '
        f"{escape(where)}</span><br>{escape(finding.message)}{fix}</li>"
    )


def _run(run: HookRun) -> str:
    colour = "good" if run.outcome in TO_AN_END else "warning" if run.outcome == "needs_service" else "bad"
    line = f", line {run.line}" if run.line else ""
    events = ", ".join(f"{count} {kind}" for kind, count in run.events.items()) or "no events"
    asked = f"; asked: {', '.join(run.questions)}" if run.questions else ""
    said = f"<br>{escape(run.said)}" if run.said else ""
    text = "\n".join(filter(None, [run.traceback, *run.log]))
    more = f"<details><summary>log</summary><pre>{escape(text)}</pre></details>" if text else ""
    about = escape(f"{run.seconds:.2f} s; {events}{asked} {run.host}")
    return (
        f'<li><span class="{colour}">{run.outcome}</span> {escape(run.hook)}{line} '
        f"<span class=quiet>{about}</span>{said}{more}</li>"
    )
