"""
title: Improve
author: Penstock
version: 1.0.0
license: Apache-2.0
description: Asks for a style and replaces the message with a better one; undo brings the old text back.
icon_url: data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 24 24' fill='none' stroke='currentColor' stroke-width='2' stroke-linecap='round' stroke-linejoin='round'%3E%3Cpath d='M12 3l1.9 5.1L19 10l-5.1 1.9L12 17l-1.9-5.1L5 10l5.1-1.9z'/%3E%3Cpath d='M19 16v4M17 18h4'/%3E%3C/svg%3E
install: global
"""

import re

STYLES = [
    {"label": "Formal tone", "value": "formal"},
    {"label": "Plain language", "value": "plain"},
    {"label": "Bullet points", "value": "bullets"},
    {"label": "With a summary", "value": "summary"},
]
FORMAL = {
    "can't": "cannot",
    "don't": "do not",
    "won't": "will not",
    "it's": "it is",
    "I'm": "I am",
    "you're": "you are",
}
PLAIN = {"utilise": "use", "utilize": "use", "approximately": "about", "in order to": "to", "however": "but"}


class Action:
    async def action(self, body: dict, __event_call__=None, __event_emitter__=None):
        style = await __event_call__(
            {"type": "select", "data": {"title": "Improve this message", "options": STYLES, "default": "formal"}}
        )
        if style is None:
            return {"status": "cancelled"}
        await __event_emitter__({"type": "status", "data": {"description": "Rewriting ...", "done": False}})
        improved = rewrite(body["content"], style)
        await __event_emitter__({"type": "status", "data": {"description": f"Rewritten: {style}", "done": True}})
        return {"content": improved, "metadata": {"original_message": body["content"], "style": style}}


def rewrite(text: str, style: str) -> str:
    if style == "formal":
        return replace_words(text, FORMAL)
    if style == "plain":
        return replace_words(text, PLAIN)
    sentences = [s.strip() for s in re.split(r"(?<=[.!?])\s+|\n+", text) if s.strip()]
    if style == "bullets":
        return "\n".join(s if s[0] in "-#|" else f"- {s}" for s in sentences)
    longest = max((s for s in sentences if s[0] not in "#|`"), key=len, default=text[:200])
    return f"> **In short:** {longest}\n\n{text}"


def replace_words(text: str, words: dict[str, str]) -> str:
    for old, new in words.items():
        text = re.sub(rf"\b{re.escape(old)}\b", new, text, flags=re.IGNORECASE)
    return text
