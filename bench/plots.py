"""Plots as inline SVG: no script, no foreign host; colours come from the page's style sheet, light or dark."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from html import escape

WIDTH = 760
LABELS = 250
ROW = 26

Point = tuple[float, float]
Scale = Callable[[float], float]


def svg(height: float, parts: Iterable[str], title: str) -> str:
    return (
        f'<svg viewBox="0 0 {WIDTH} {height:g}" role="img" aria-label="{escape(title)}"><title>{escape(title)}</title>'
        f"{''.join(parts)}</svg>"
    )


def text(x: float, y: float, content: str, css: str = "", anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" class="{css}" text-anchor="{anchor}">{escape(content)}</text>'


def line(x1: float, y1: float, x2: float, y2: float, css: str) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" class="{css}"/>'


def log_scale(values: Sequence[float], start: float, end: float) -> Scale:
    """From values over zero to places between `start` and `end`, each power of ten as wide as the others."""
    low, high = math.log10(min(values)), math.log10(max(values))
    width = max(high - low, 1e-9)
    return lambda value: start + (math.log10(max(value, 1e-12)) - low) / width * (end - start)


def powers(values: Sequence[float]) -> list[float]:
    """The powers of ten around the values, those at both ends included."""
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    return [10.0**power for power in range(low, max(high, low + 1) + 1)]


def short(value: float) -> str:
    for limit, unit in ((1e6, "M"), (1e3, "k")):
        if value >= limit:
            return f"{value / limit:g}{unit}"
    return f"{value:g}"


def bars(rows: Sequence[tuple[str, float, str]], title: str) -> str:
    """One bar for each row, on a logarithmic axis that begins at 1; shorter than that goes to the left."""
    values = [value for _, value, _ in rows]
    marks = powers([*values, 1.0])
    place = log_scale(marks, LABELS, WIDTH - 70)
    height = ROW * len(rows) + 30
    parts = [line(place(mark), 4, place(mark), height - 22, "grid") for mark in marks]
    parts += [text(place(mark), height - 6, f"{short(mark)}x", "tick", "middle") for mark in marks]
    for number, (label, value, shown) in enumerate(rows):
        y = 4 + number * ROW
        x, width = min(place(1), place(value)), max(1.5, abs(place(value) - place(1)))
        css = "better" if value >= 1 else "worse"
        parts.append(text(LABELS - 10, y + 16, label, "label", "end"))
        parts.append(f'<rect x="{x:.1f}" y="{y + 4}" width="{width:.1f}" height="{ROW - 9}" class="{css}"/>')
        parts.append(text(x + width + 6, y + 16, shown, "value"))
    return svg(height, parts, title)


def dots(rows: Sequence[tuple[str, str, Sequence[float]]], limit: float | None, unit: str, title: str) -> str:
    """Every round as a dot, one row for each server, with the wanted figure as a line across them."""
    values = [value for _, _, found in rows for value in found if value > 0]
    marks = powers([*values, *([limit] if limit else [])])
    place = log_scale(marks, 110, WIDTH - 20)
    height = 22 * len(rows) + 28
    parts = [line(place(mark), 2, place(mark), height - 22, "grid") for mark in marks]
    parts += [text(place(mark), height - 8, f"{short(mark)} {unit}".strip(), "tick", "middle") for mark in marks]
    if limit:
        parts.append(line(place(limit), 2, place(limit), height - 22, "wanted"))
    for number, (label, css, found) in enumerate(rows):
        y = 13 + number * 22
        parts.append(text(100, y + 4, label, "label", "end"))
        parts += [f'<circle cx="{place(value):.1f}" cy="{y}" r="4.5" class="{css}"/>' for value in found if value > 0]
    return svg(height, parts, title)


def curves(series: Sequence[tuple[str, str, Sequence[Point]]], x_name: str, y_name: str, title: str) -> str:
    """Lines through points, both axes logarithmic."""
    points = [point for _, _, found in series for point in found]
    height = 320.0
    x_values, y_marks = [x for x, _ in points], powers([y for _, y in points])
    across = log_scale([min(x_values), max(x_values) * 1.01], 60, WIDTH - 150)
    up = log_scale(y_marks, height - 40, 14)
    parts = [line(60, up(mark), WIDTH - 150, up(mark), "grid") for mark in y_marks]
    parts += [text(54, up(mark) + 4, f"{short(mark)}", "tick", "end") for mark in y_marks]
    parts += [text(across(x), height - 24, short(x), "tick", "middle") for x in sorted(set(x_values))]
    parts += [text((WIDTH - 90) / 2, height - 6, x_name, "tick", "middle"), text(4, 12, y_name, "tick")]
    for name, css, found in series:
        path = " ".join(f"{across(x):.1f},{up(y):.1f}" for x, y in found)
        parts.append(f'<polyline points="{path}" class="{css}"/>')
        parts += [f'<circle cx="{across(x):.1f}" cy="{up(y):.1f}" r="3" class="{css} dot"/>' for x, y in found]
        last = found[-1]
        parts.append(text(across(last[0]) + 8, up(last[1]) + 4, name, "label"))
    return svg(height, parts, title)


def stacks(rows: Sequence[tuple[str, Sequence[tuple[str, float]]]], most: float, title: str) -> str:
    """Parts of a whole beside each other, one row for each label."""
    height = 20 * len(rows) + 26
    wide = WIDTH - LABELS - 90
    marks = list(range(math.ceil(most) + 1))
    parts = [line(LABELS + wide * mark / most, 2, LABELS + wide * mark / most, height - 22, "grid") for mark in marks]
    parts += [text(LABELS + wide * mark / most, height - 7, f"{mark}", "tick", "middle") for mark in marks]
    for number, (label, shares) in enumerate(rows):
        x, y = float(LABELS), 4 + number * 20
        parts.append(text(LABELS - 10, y + 12, label, "label small", "end"))
        for css, value in shares:
            width = wide * value / most
            parts.append(f'<rect x="{x:.1f}" y="{y}" width="{width:.1f}" height="15" class="{css}"/>')
            x += width
    return svg(height, parts, title)
