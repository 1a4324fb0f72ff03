"""
title: Text tools
author: Penstock
version: 1.0.0
license: Apache-2.0
description: Two buttons of one function: counting words, and an outline of the headings.
install: global
"""

import re

ICON = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 24 24' fill='none' stroke='currentColor' "
    "stroke-width='2' stroke-linecap='round'%3E%3Cpath d='{}'/%3E%3C/svg%3E"
)


class Action:
    actions = [
        {"id": "count", "name": "Count words", "icon_url": ICON.format("M4 7V5h16v2M12 5v14M9 19h6")},
        {
            "id": "outline",
            "name": "Outline",
            "icon_url": ICON.format("M8 6h13M8 12h13M8 18h13M3 6h.01M3 12h.01M3 18h.01"),
        },
    ]

    def action(self, body: dict, __id__=None):
        text = body["content"]
        if __id__ == "outline":
            headings = re.findall(r"^(#{1,6})\s+(.+)$", text, re.MULTILINE)
            lines = [f"{'  ' * (len(marks) - 1)}- {title}" for marks, title in headings]
            return {"success": True, "message": f"{len(lines)} headings", "data": "\n".join(lines) or "No headings"}
        counts = {"words": len(re.findall(r"\w+", text)), "characters": len(text), "lines": len(text.splitlines())}
        return {"success": True, "message": f"{counts['words']} words", "data": counts}
