"""`app`: what `__request__.app` and `open_webui.main.app` are inside a worker."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from starlette.datastructures import State, URLPath
from starlette.routing import NoMatchFound

from open_webui._absent import EMBEDDING, RERANKING
from open_webui._missing import missing, refuse
from open_webui._models_in_state import BaseModels, ModelsByID
from open_webui._neighbours import LoadedFunctions
from open_webui._settings import setting

ROUTES = {
    "get_file_content_by_id": "/api/v1/files/{id}/content",
    "get_html_file_content_by_id": "/api/v1/files/{id}/content/html",
    "get_file_by_id": "/api/v1/files/{id}",
    "get_file_data_content_by_id": "/api/v1/files/{id}/data/content",
    "delete_file_by_id": "/api/v1/files/{id}",
    "upload_file": "/api/v1/files/",
    "list_files": "/api/v1/files/",
    "get_chat_by_id": "/api/v1/chats/{id}",
    "get_session_user_chat_list": "/api/v1/chats/",
    "get_function_by_id": "/api/v1/functions/id/{id}",
    "get_functions": "/api/v1/functions/",
    "get_folders": "/api/v1/folders/",
    "get_memories": "/api/v1/memories/",
    "get_session_user": "/api/v1/auths/",
    "get_models": "/api/models",
    "chat_completion": "/api/chat/completions",
    "get_user_by_id": "/api/v1/users/{user_id}",
    "get_user_profile_image_by_id": "/api/v1/users/{user_id}/profile/image",
    "get_model_profile_image": "/api/v1/models/model/profile/image",
}


class Config:
    """Settings by name. What is set here stays in this process; what the server has not set is None."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return setting(name)


class Application:
    """Enough of the server's application for authors who read from it. It cannot be changed from here."""

    def __init__(self) -> None:
        self.title = "Penstock"
        self.routes: list[Any] = []
        self.user_middleware: list[Any] = []
        self.dependency_overrides: dict[Any, Any] = {}
        models = ModelsByID()
        self.state = State(
            {
                "config": Config(),
                "MODELS": models,
                "BASE_MODELS": BaseModels(models),
                "OPENAI_MODELS": {},
                "OLLAMA_MODELS": {},
                "FUNCTIONS": LoadedFunctions(),
                "FUNCTION_CONTENTS": {},
                "TOOLS": {},
                "TOOL_CONTENTS": {},
                "EMBEDDING_FUNCTION": missing("main.app.state.EMBEDDING_FUNCTION", *EMBEDDING),
                "RERANKING_FUNCTION": missing("main.app.state.RERANKING_FUNCTION", *RERANKING),
                "TOOL_SERVERS": [],
                "redis": None,
                "instance_id": "penstock",
            }
        )
        self.router = self

    def url_path_for(self, name: str, /, **parameters: Any) -> URLPath:
        """The path of a route that functions link to."""
        try:
            path = ROUTES[name].format(**{key: quote(str(value), safe="") for key, value in parameters.items()})
        except KeyError:
            raise NoMatchFound(name, parameters) from None
        return URLPath(path=path, protocol="http")

    def __getattr__(self, name: str) -> Any:
        if name in _CHANGES:
            return _refusal(name)
        raise AttributeError(f"the application has no {name!r} in Penstock")


_CHANGES = frozenset({
    "add_api_route", "add_route", "add_middleware", "add_websocket_route", "include_router", "mount", "middleware",
    "get", "post", "put", "delete", "patch", "on_event", "exception_handler", "add_event_handler", "api_route",
})  # fmt: skip


def _refusal(name: str) -> Any:
    def refused(*arguments: Any, **named: Any) -> Any:
        refuse(f"app.{name}", "routes of its own on the server", "Let an action answer its API call instead.")

    return refused


app = Application()
