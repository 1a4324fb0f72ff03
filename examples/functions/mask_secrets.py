"""
title: Mask secrets
author: Penstock
version: 1.1.0
license: Apache-2.0
description: Takes keys and passwords out of what people type before a model sees it, and out of what a model answers.
install: global
"""

import re

from pydantic import BaseModel, Field

PATTERNS = [
    re.compile(r"\b(?:sk|pk|ghp|gho|xox[abp])[-_][A-Za-z0-9_-]{16,}\b"),
    re.compile(r"\bAKIA[0-9A-Z]{16}\b"),
    re.compile(r"(?i)(?<=password: )\S+"),
]


class Filter:
    class Valves(BaseModel):
        priority: int = Field(default=100, description="Filters with a lower number come first")
        mask: str = Field(default="[secret]", description="What stands in place of a secret")

    def __init__(self):
        self.valves = self.Valves()

    def inlet(self, body: dict) -> dict:
        for message in body["messages"]:
            self.mask(message)
        return body

    def outlet(self, body: dict) -> dict:
        """What a person wrote stays in the chat as they wrote it."""
        for message in body["messages"]:
            if message.get("role") == "assistant":
                self.mask(message)
        return body

    def mask(self, message: dict) -> None:
        if isinstance(message.get("content"), str):
            for pattern in PATTERNS:
                message["content"] = pattern.sub(self.valves.mask, message["content"])
