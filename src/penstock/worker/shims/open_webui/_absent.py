"""Modules of Open WebUI that can be imported here although the server lacks what they are about.

Every name in them can be imported; using one says what is missing and how to do without. A module with a dot and a
star stands for all below it.
"""

from __future__ import annotations

TABLES = "the server's own tables"
ROUTES = "the server's own routes"
PROCESSING = "the server's own processing"
SIGN_IN = "the server's own sign-in"
IMAGES = ("image engines", "Call an image service from the function.")
EMBEDDING = ("an embedding engine", "Call a model that gives embeddings from the function.")
RERANKING = ("a reranking model", "Bring a service of your own.")
RETRIEVAL = ("a vector store", "Bring a retrieval service of your own, and call it from the function.")

ABSENT: dict[str, tuple[str, str]] = {
    "tasks": ("tasks of the server", "Use asyncio.create_task: background work goes on after the hook returns."),
    "models.access_grants": (TABLES, "Use utils.access_control."),
    "models.auths": (SIGN_IN, "The calling user is in __user__."),
    "models.channels": ("channels", ""),
    "models.chat_messages": (TABLES, "Use Chats."),
    "events": (PROCESSING, "Write a function of the kind event."),
    "internal.wrappers": (TABLES, "Use open_webui.models."),
    "migrations.*": (TABLES, "Use open_webui.models."),
    "models.apps": ("apps of the server", ""),
    "models.automations": ("automations of the server", ""),
    "models.calendar": ("a calendar", ""),
    "models.evaluations": ("ratings kept by the server", ""),
    "models.function_history": (TABLES, "Use Functions."),
    "models.model_history": (TABLES, "Use Models."),
    "models.shared_chats": (TABLES, "Use Chats."),
    "models.feedbacks": ("ratings kept by the server", ""),
    "models.messages": ("channels", ""),
    "models.notes": ("notes kept by the server", ""),
    "models.oauth_sessions": (SIGN_IN, "The user's token is in __oauth_token__."),
    "models.prompts": ("prompts kept by the server", ""),
    "models.tags": (TABLES, "Tags of a chat are in its meta; see Chats.update_chat_tags_by_id."),
    "retrieval.loaders.*": ("document loaders", "Name a library in the requirements of the function."),
    "retrieval.models.*": ("reranking models", "Bring a service of your own."),
    "retrieval.utils": RETRIEVAL,
    "retrieval.web.*": ("web search engines", "Call a search service from the function."),
    "retrieval.vector.connector": RETRIEVAL,
    "retrieval.vector.dbs.*": RETRIEVAL,
    "retrieval.vector.factory": RETRIEVAL,
    "retrieval.vector.type": RETRIEVAL,
    "retrieval.vector.utils": RETRIEVAL,
    "routers.audio": ("audio engines", "Call an audio service from the function."),
    "routers.auths": (SIGN_IN, "The calling user is in __user__."),
    "routers.channels": ("channels", ""),
    "routers.chats": (ROUTES, "Use Chats."),
    "routers.configs": (ROUTES, "Read __request__.app.state.config."),
    "routers.folders": (ROUTES, "Use Folders."),
    "routers.functions": (ROUTES, "Use Functions."),
    "routers.groups": (ROUTES, "Use Groups."),
    "routers.evaluations": ("ratings kept by the server", ""),
    "routers.knowledge": ("collections of documents", "Attach files to the chat instead."),
    "routers.notes": ("notes kept by the server", ""),
    "routers.ollama": (ROUTES, "Use generate_chat_completion."),
    "routers.openai": (ROUTES, "Use generate_chat_completion."),
    "routers.pipelines": ("pipelines", "Write a filter or a pipe."),
    "routers.prompts": ("prompts kept by the server", ""),
    "routers.tasks": (ROUTES, "Use generate_chat_completion."),
    "routers.tools": ("tools kept by the server", ""),
    "routers.skills": ("skills kept by the server", ""),
    "routers.users": (ROUTES, "Use Users."),
    "routers.utils": (ROUTES, ""),
    "utils.actions": (PROCESSING, "Use __event_call__ with an action."),
    "utils.audit": (PROCESSING, ""),
    "utils.auth": (SIGN_IN, "The calling user is in __user__."),
    "utils.code_interpreter": ("a code interpreter", "Use __event_call__ with execute."),
    "utils.embeddings": EMBEDDING,
    "utils.filter": (PROCESSING, "generate_chat_completion passes filters unless bypass_filter is set."),
    "socket.utils": ("the server's Redis", "Use a kv of the function: `from penstock import kv`."),
    "utils.images.*": IMAGES,
    "utils.mcp.*": ("a client for MCP servers", "Bring a client of your own."),
    "utils.oauth": (SIGN_IN, "The user's token is in __oauth_token__."),
    "utils.pdf_generator": ("a PDF engine", "Name one in the requirements of the function."),
    "utils.response": (PROCESSING, ""),
    "utils.security_headers": (PROCESSING, ""),
    "utils.telemetry.*": ("the server's own telemetry", ""),
}


def lacking(module: str) -> tuple[str, str] | None:
    """What a module under `open_webui` is about and the server lacks, with a hint; None for every other module."""
    if module in ABSENT:
        return ABSENT[module]
    parts = module.split(".")
    above = (".".join(parts[:count]) + ".*" for count in range(len(parts), 1, -1))
    return next((ABSENT[pattern] for pattern in above if pattern in ABSENT), None)
