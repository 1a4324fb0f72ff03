"""
title: Admin report
author: Penstock
version: 1.0.0
license: Apache-2.0
description: Shows how an action checks who asks: moderators and admins get a report, others a refusal.
icon_url: data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 24 24' fill='none' stroke='currentColor' stroke-width='2' stroke-linecap='round' stroke-linejoin='round'%3E%3Cpath d='M12 3l8 3v6c0 4.5-3.2 7.7-8 9-4.800-1.300-8-4.500-8-9V6z'/%3E%3Cpath d='M9 12l2 2 4-4'/%3E%3C/svg%3E
install: global
"""

from collections import Counter

ALLOWED = ("admin", "moderator")


class Action:
    def action(self, body: dict, __user__=None):
        role = (__user__ or {}).get("role", "user")
        if role not in ALLOWED:
            return {"success": False, "message": "Insufficient permissions: this report is for moderators and admins"}
        print(f"Report for {__user__['name']}")
        roles = Counter(message["role"] for message in body["messages"])
        rows = [
            {"role": role, "messages": count, "characters": characters(body["messages"], role)}
            for role, count in roles.items()
        ]
        return {"success": True, "message": "Report ready", "data": rows}


def characters(messages: list[dict], role: str) -> int:
    return sum(len(str(message["content"])) for message in messages if message["role"] == role)
