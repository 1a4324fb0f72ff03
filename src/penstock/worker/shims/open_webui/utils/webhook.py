"""A message to a web address of the user's choice."""

from __future__ import annotations

from typing import Any


def post_webhook(name: str, url: str, message: str, event_data: dict[str, Any] | None = None) -> bool:
    """Send a message in the form that the address's service reads. True when it was taken."""
    import requests

    if "chat.googleapis.com" in url or "hooks.slack.com" in url:
        payload: dict[str, Any] = {"text": message}
    elif "discord.com/api/webhooks" in url:
        payload = {"content": message[:2000]}
    elif "webhook.office.com" in url:
        payload = {"@type": "MessageCard", "summary": message[:200], "text": message, "title": name}
    else:
        payload = {"text": message, **(event_data or {})}
    try:
        return requests.post(url, json=payload, timeout=30).ok
    except requests.RequestException:
        return False
