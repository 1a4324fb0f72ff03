"""
title: Chart the numbers
author: Penstock
version: 1.0.0
license: Apache-2.0
description: Draws the numbers of a message as a bar, line or pie chart, in the page, without any outside service.
icon_url: data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 24 24' fill='none' stroke='currentColor' stroke-width='2' stroke-linecap='round'%3E%3Cpath d='M4 20V10M10 20V4M16 20v-8M22 20H2'/%3E%3C/svg%3E
install: global
"""

import html
import math
import re

from fastapi.responses import HTMLResponse

KINDS = [
    {"label": "Bar chart", "value": "bar"},
    {"label": "Line chart", "value": "line"},
    {"label": "Pie chart", "value": "pie"},
]
COLOURS = ["#0e7490", "#0891b2", "#22a6c4", "#67c5d8", "#5b7083", "#8aa0b2", "#b45309", "#d97706"]
WIDTH, HEIGHT, EDGE = 640, 300, 36


class Action:
    async def action(self, body: dict, __event_call__=None, __event_emitter__=None):
        points = table_points(body["content"]) or loose_points(body["content"])
        if not points:
            return {"error": "There are no numbers in this message."}
        kind = await __event_call__({"type": "select", "data": {"title": "Which chart?", "options": KINDS}})
        if kind is None:
            return {"status": "cancelled"}
        await __event_emitter__({"type": "status", "data": {"description": "Drawing ...", "done": 0.5}})
        drawing = {"bar": bars, "line": line, "pie": pie}[kind](points)
        await __event_emitter__({"type": "status", "data": {"description": f"{len(points)} values drawn", "done": 1}})
        return HTMLResponse(page(drawing), headers={"Content-Disposition": "inline"})


def table_points(text: str) -> list[tuple[str, float]]:
    """The first numeric column of the first Markdown table, labelled by its first column."""
    rows = [[cell.strip() for cell in row.strip().strip("|").split("|")] for row in text.splitlines() if "|" in row]
    points = []
    for row in rows:
        values = [float(cell.replace(",", "")) for cell in row[1:] if re.fullmatch(r"-?[\d,]*\.?\d+", cell)]
        if values:
            points.append((row[0], values[0]))
    return points[:40]


def loose_points(text: str) -> list[tuple[str, float]]:
    numbers = re.findall(r"(?<![\w.])-?\d+(?:\.\d+)?(?![\w.])", text)
    return [(str(place), float(number)) for place, number in enumerate(numbers[:40], 1)]


def scale(points: list[tuple[str, float]]) -> tuple[float, float]:
    values = [value for _, value in points]
    low, high = min(0.0, *values), max(0.0, *values)
    return low, (high - low) or 1.0


def bars(points: list[tuple[str, float]]) -> str:
    low, span = scale(points)
    step, tall = (WIDTH - 2 * EDGE) / len(points), HEIGHT - 2 * EDGE
    zero = HEIGHT - EDGE + low / span * tall
    parts = []
    for place, (label, value) in enumerate(points):
        size = abs(value) / span * tall
        x, y = EDGE + place * step, zero - size if value >= 0 else zero
        parts.append(
            f'<rect x="{x + step * 0.15:.1f}" y="{y:.1f}" width="{step * 0.7:.1f}" height="{size:.1f}" rx="3" fill="{COLOURS[0]}">'
            f"<title>{html.escape(label)}: {value:g}</title></rect>" + caption(x + step / 2, label, len(points))
        )
    return "".join(parts)


def line(points: list[tuple[str, float]]) -> str:
    low, span = scale(points)
    step, tall = (WIDTH - 2 * EDGE) / max(1, len(points) - 1), HEIGHT - 2 * EDGE
    spots = [(EDGE + n * step, HEIGHT - EDGE - (value - low) / span * tall) for n, (_, value) in enumerate(points)]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in spots)
    dots = "".join(
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{COLOURS[0]}"><title>{html.escape(label)}: {value:g}</title></circle>'
        + caption(x, label, len(points))
        for (x, y), (label, value) in zip(spots, points, strict=True)
    )
    return f'<polyline points="{path}" fill="none" stroke="{COLOURS[1]}" stroke-width="2.5"/>{dots}'


def pie(points: list[tuple[str, float]]) -> str:
    total = sum(abs(value) for _, value in points) or 1.0
    middle, radius, angle, parts = (WIDTH / 3, HEIGHT / 2), HEIGHT / 2 - EDGE / 2, -math.pi / 2, []
    for place, (label, value) in enumerate(points):
        turn = min(abs(value) / total, 0.9999) * 2 * math.pi
        ends = [(middle[0] + radius * math.cos(a), middle[1] + radius * math.sin(a)) for a in (angle, angle + turn)]
        colour = COLOURS[place % len(COLOURS)]
        parts.append(
            f'<path d="M{middle[0]:.1f},{middle[1]:.1f} L{ends[0][0]:.2f},{ends[0][1]:.2f} A{radius:.1f},{radius:.1f} 0 '
            f'{int(turn > math.pi)} 1 {ends[1][0]:.2f},{ends[1][1]:.2f} Z" fill="{colour}"/>'
        )
        if place < 12:
            y = EDGE + place * 21
            parts.append(f'<rect x="{WIDTH * 0.66}" y="{y - 10}" width="12" height="12" rx="2" fill="{colour}"/>')
            parts.append(f'<text x="{WIDTH * 0.66 + 20}" y="{y}">{html.escape(label[:22])} ({value:g})</text>')
        angle += turn
    return "".join(parts)


def caption(x: float, label: str, count: int) -> str:
    if count > 16:
        return ""
    return f'<text x="{x:.1f}" y="{HEIGHT - EDGE / 2:.1f}" text-anchor="middle">{html.escape(label[:12])}</text>'


def page(drawing: str) -> str:
    return f"""<!doctype html><meta charset="utf-8">
<style>:root {{ color-scheme: light dark }} body {{ margin: 0 }} svg {{ display: block; width: 100%; height: auto }}
text {{ font: 13px system-ui, sans-serif; fill: #5b7083 }}</style>
<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="Chart">{drawing}</svg>"""
