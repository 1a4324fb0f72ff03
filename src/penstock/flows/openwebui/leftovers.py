"""What a database of Open WebUI holds that has no place here: counted, named, with the reason."""

from __future__ import annotations

from collections.abc import Iterator

from penstock.flows.openwebui.report import Left
from penstock.flows.openwebui.rows import Row, text
from penstock.flows.openwebui.source import Source

NAMED = 20
TITLES = ("name", "title", "command", "key")
NO_SUCH = "Penstock has no {}."
REASONS = {
    "prompt": ("prompts", NO_SUCH.format("prompts")),
    "tool": ("tools", "Penstock has no tools; a function can offer the same as an action or a pipe."),
    "knowledge": ("knowledge", NO_SUCH.format("retrieval from documents")),
    "document": ("documents", NO_SUCH.format("retrieval from documents")),
    "skill": ("skills", NO_SUCH.format("skills")),
    "channel": ("channels", NO_SUCH.format("channels")),
    "message": ("messages of channels", NO_SUCH.format("channels")),
    "note": ("notes", NO_SUCH.format("notes")),
    "feedback": ("ratings of answers", NO_SUCH.format("ratings")),
    "automation": ("automations", NO_SUCH.format("automations")),
    "calendar": ("calendars", NO_SUCH.format("calendars")),
    "calendar_event": ("calendar events", NO_SUCH.format("calendars")),
    "app": ("apps", NO_SUCH.format("apps")),
    "function_history": ("earlier versions of functions", "The present version of each comes along."),
    "tool_history": ("earlier versions of tools", "Tools do not come along."),
    "model_history": ("earlier versions of models", "The present version of each comes along."),
    "prompt_history": ("earlier versions of prompts", "Prompts do not come along."),
    "skill_history": ("earlier versions of skills", "Skills do not come along."),
    "oauth_session": ("sign-ins of other services", "Penstock signs in with passwords."),
}
TAKEN = {"user", "auth", "api_key", "group", "group_member", "function", "model", "access_grant", "config"}
TAKEN |= {"chat", "chat_message", "shared_chat", "chatidtag", "tag", "folder", "memory", "file"}
PARTS = {"alembic_version", "migratehistory", "config_old"}  # of the machinery, or of what is counted itself
PARTS |= {"chat_file", "channel_member", "channel_file", "channel_webhook", "message_reaction", "pinned_note"}
PARTS |= {"knowledge_file", "knowledge_directory", "automation_run", "calendar_event_attendee"}


def left_behind(source: Source) -> Iterator[Left]:
    for table, (what, why) in REASONS.items():
        if count := source.count(table):
            yield Left(what, count, why, _names(source, table))
    for table in sorted(source.tables - REASONS.keys() - TAKEN - PARTS):
        if count := source.count(table):
            yield Left(f"rows of the table `{table}`", count, "Penstock does not know this table.")


def _names(source: Source, table: str) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for row in source.rows(table):
        if name := _title(row):
            found[name] = None
        if len(found) == NAMED:
            break
    return tuple(found)


def _title(row: Row) -> str:
    return next((text(row, name) for name in TITLES if text(row, name)), "")
