"""
title: Count words
author: you
version: 0.1.0
description: Shows the words of an answer that come up most, as a table that can be sorted and downloaded.
"""

import re
from collections import Counter

from pydantic import BaseModel, Field


class Action:
    class Valves(BaseModel):
        rows: int = Field(default=10, ge=1, le=100, description="How many words are shown")

    def __init__(self):
        self.valves = self.Valves()

    async def action(self, body: dict):
        words = Counter(re.findall(r"\w{3,}", body["content"].lower()))
        rows = [{"word": word, "times": times} for word, times in words.most_common(self.valves.rows)]
        return {"data": rows, "format": "csv"}
