"""
title: Count answers
author: you
version: 0.1.0
description: Hears when an answer is complete and counts them, each day of its own.
"""

from datetime import date

from penstock import kv


class Event:
    async def event(self, event: dict, __event_name__=""):
        if __event_name__ != "chat.finished":
            return None

        today = f"answers:{date.today()}"
        count = kv.get(today, 0, shared=True) + 1
        await kv.set(today, count, shared=True)
        print(f"{count} answers today")
        return {"today": count}
