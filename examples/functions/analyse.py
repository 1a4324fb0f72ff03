"""
title: Analyse
author: Penstock
version: 1.0.0
license: Apache-2.0
description: A talk in steps: first asks whether to go on, then what to look for, and writes what it found.
icon_url: data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 24 24' fill='none' stroke='currentColor' stroke-width='2' stroke-linecap='round'%3E%3Ccircle cx='11' cy='11' r='7'/%3E%3Cpath d='M16 16l5 5'/%3E%3C/svg%3E
install: global
"""

import asyncio
import re
from collections import Counter

CHOICES = [
    {"label": "Mood", "value": "mood"},
    {"label": "Keywords", "value": "keywords"},
    {"label": "Summary", "value": "summary"},
]
GOOD = {"good", "great", "clear", "welcome", "ready", "better", "best", "happy", "success", "complete"}
BAD = {"bad", "wrong", "fail", "failed", "error", "poor", "worse", "problem", "slow", "broken"}


class Action:
    async def action(self, body: dict, __event_emitter__=None, __event_call__=None):
        question = {"title": "Analyse", "message": "This reads the message and adds what it finds. Go on?"}
        if not await __event_call__({"type": "confirmation", "data": question}):
            return {"status": "cancelled"}
        kind = await __event_call__({"type": "select", "data": {"title": "What to look for?", "options": CHOICES}})
        if kind is None:
            return {"status": "cancelled"}
        for step in range(1, 6):
            await asyncio.sleep(0.2)
            await __event_emitter__({"type": "status", "data": {"description": f"Step {step} of 5", "done": step / 5}})
        found = {"mood": mood, "keywords": keywords, "summary": summary}[kind](body["content"])
        return {
            "content": f"{body['content']}\n\n---\n**{kind.capitalize()}:** {found}",
            "metadata": {"analysis": kind},
        }


def words(text: str) -> list[str]:
    return re.findall(r"[a-zA-Z']{4,}", text.lower())


def mood(text: str) -> str:
    score = sum((word in GOOD) - (word in BAD) for word in words(text))
    return "friendly" if score > 0 else "gloomy" if score < 0 else "neutral"


def keywords(text: str) -> str:
    return ", ".join(word for word, _ in Counter(words(text)).most_common(6)) or "none"


def summary(text: str) -> str:
    sentences = re.split(r"(?<=[.!?])\s+", re.sub(r"[#*_`|>-]+", " ", text).strip())
    return " ".join(sentences[:2])[:300].strip()
