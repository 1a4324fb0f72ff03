"""
title: Export
author: Penstock
version: 1.0.0
license: Apache-2.0
description: Takes the table of a message, or the `data` that the API sends, away as JSON or CSV.
icon_url: data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 24 24' fill='none' stroke='currentColor' stroke-width='2' stroke-linecap='round' stroke-linejoin='round'%3E%3Cpath d='M12 3v12M7 10l5 5 5-5M4 21h16'/%3E%3C/svg%3E
install: global
"""

import csv
import io
import json

FORMATS = [{"label": "CSV (for spreadsheets)", "value": "csv"}, {"label": "JSON (for programs)", "value": "json"}]


class Action:
    async def action(self, body: dict, __event_call__=None):
        wanted = body.get("format")
        if wanted is None:
            wanted = await __event_call__({"type": "select", "data": {"title": "Export as", "options": FORMATS}})
        if wanted is None:
            return {"status": "cancelled"}
        data = body.get("data") or table(body.get("content", ""))
        if wanted == "json":
            exported = json.dumps(data, indent=2, ensure_ascii=False)
        elif wanted == "csv":
            exported = as_csv(data)
        else:
            return {"success": False, "message": f"Unsupported format: {wanted}"}
        return {"success": True, "message": f"{len(data)} rows exported", "data": exported, "format": wanted}


def table(text: str) -> list[dict]:
    """The first Markdown table as rows; a message without one gives its lines."""
    rows = [[cell.strip() for cell in row.strip().strip("|").split("|")] for row in text.splitlines() if "|" in row]
    rows = [row for row in rows if not all(set(cell) <= set("-: ") for cell in row)]
    if len(rows) < 2:
        return [{"line": number, "text": line} for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    return [dict(zip(rows[0], row, strict=False)) for row in rows[1:]]


def as_csv(data: list) -> str:
    rows = [row if isinstance(row, dict) else {"value": row} for row in data]
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=list({key: None for row in rows for key in row}))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()
