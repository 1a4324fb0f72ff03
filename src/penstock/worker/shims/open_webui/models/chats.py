"""Conversations of the calling user: `Chats` and `ChatModel`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pydantic import BaseModel, ConfigDict

from open_webui._bridge import call, one, plain, several
from open_webui._missing import Table, any_shape, missing

PAGE = 50


class ChatModel(BaseModel):
    model_config = ConfigDict(from_attributes=True, defer_build=True)

    id: str
    user_id: str = ""
    title: str = ""
    chat: dict[str, Any] = {}
    created_at: int = 0
    updated_at: int = 0
    share_id: str | None = None
    archived: bool = False
    pinned: bool | None = False
    meta: dict[str, Any] = {}
    folder_id: str | None = None


class ChatForm(BaseModel):
    model_config = ConfigDict(extra="allow", defer_build=True)

    chat: dict[str, Any]
    folder_id: str | None = None


class ChatImportForm(ChatForm):
    meta: dict[str, Any] | None = {}
    pinned: bool | None = False
    created_at: int | None = None
    updated_at: int | None = None


class ChatTitleIdResponse(BaseModel):
    model_config = ConfigDict(extra="ignore", defer_build=True)

    id: str
    title: str = ""
    updated_at: int = 0
    created_at: int = 0


class ChatFileModel(BaseModel):
    """Which message of a chat a file belongs to."""

    model_config = ConfigDict(from_attributes=True, defer_build=True)

    id: str
    user_id: str = ""
    chat_id: str
    message_id: str | None = None
    file_id: str
    created_at: int = 0
    updated_at: int = 0


class ChatResponse(ChatModel):
    """The same, under the name that routes use."""


Chat = missing("models.chats.Chat", "the server's own tables", "Use Chats and its methods.")
ChatFile = missing("models.chats.ChatFile", "the server's own tables", "Use Chats and its methods.")


def _paged(skip: int, limit: int | None, page: Callable[..., list[dict[str, Any]]]) -> list[ChatModel]:
    """As many chats as wanted, whole ones a page at a time."""
    found: list[ChatModel] = []
    while wanted := PAGE if limit is None else min(PAGE, limit - len(found)):
        chats = several(ChatModel, page(skip=skip + len(found), limit=wanted))
        found.extend(chats)
        if len(chats) < wanted:
            break
    return found


class ChatList(list[ChatModel]):
    """Chats as the list that earlier releases gave, and as the `items` and `total` of later ones."""

    @property
    def items(self) -> list[ChatModel]:
        return self

    @property
    def total(self) -> int:
        return len(self)


def _chat_file(file: dict[str, Any]) -> ChatFileModel:
    place = {key: file["meta"][key] for key in ("chat_id", "message_id")}
    times = {key: file.get(key) or 0 for key in ("created_at", "updated_at")}
    return ChatFileModel(id=file["id"], file_id=file["id"], user_id=file["user_id"], **place, **times)


class ChatTable(Table):
    """Chats that are not saved (`local:...`, `temporary:...`) are not found here."""

    def get_chat_by_id(self, id: str, db: Any = None) -> ChatModel | None:
        return one(ChatModel, call("chats.get", id=id))

    def get_chat_by_id_and_user_id(self, id: str, user_id: str, db: Any = None) -> ChatModel | None:
        chat = self.get_chat_by_id(id)
        return chat if chat and chat.user_id == user_id else None

    def get_chat_title_by_id(self, id: str, db: Any = None) -> str | None:
        return call("chats.title", id=id)

    def get_messages_map_by_chat_id(self, id: str, db: Any = None) -> dict[str, Any] | None:
        return call("chats.messages", id=id)

    def get_messages_by_chat_id(self, id: str, db: Any = None) -> dict[str, Any] | None:
        return self.get_messages_map_by_chat_id(id)

    def get_message_by_id_and_message_id(self, id: str, message_id: str, db: Any = None) -> dict[str, Any] | None:
        return call("chats.message", id=id, message_id=message_id)

    def upsert_message_to_chat_by_id_and_message_id(
        self, id: str, message_id: str, message: dict[str, Any], db: Any = None
    ) -> ChatModel | None:
        return one(ChatModel, call("chats.put_message", id=id, message_id=message_id, message=dict(message)))

    def add_message_status_to_chat_by_id_and_message_id(
        self, id: str, message_id: str, status: dict[str, Any], db: Any = None
    ) -> ChatModel | None:
        call("chats.append", id=id, message_id=message_id, key="statusHistory", items=[status])
        return self.get_chat_by_id(id)

    def add_message_files_by_id_and_message_id(
        self, id: str, message_id: str, files: list[dict[str, Any]], db: Any = None
    ) -> list[dict[str, Any]]:
        return call("chats.append", id=id, message_id=message_id, key="files", items=list(files))

    def insert_chat_files(
        self, chat_id: str, message_id: str, file_ids: list[str], user_id: str, db: Any = None
    ) -> list[ChatFileModel] | None:
        """Note in each file which message it belongs to; nothing is shown by that (see the event `files`)."""
        if not file_ids or self.get_chat_by_id(chat_id) is None:
            return None
        place = {"chat_id": chat_id, "message_id": message_id}
        changed = [call("files.update", id=id, changes={"meta": place}) for id in dict.fromkeys(file_ids)]
        return [_chat_file(values) for values in changed if values] or None

    def get_chat_files_by_chat_id_and_message_id(
        self, chat_id: str, message_id: str, db: Any = None
    ) -> list[ChatFileModel]:
        files = [_chat_file(values) for values in call("files.list") if (values.get("meta") or {}).get("chat_id")]
        return [file for file in files if (file.chat_id, file.message_id) == (chat_id, message_id)]

    def insert_new_chat(self, *arguments: Any, **named: Any) -> ChatModel | None:
        """`(user_id, form)`, or `(id, user_id, form)` as later releases have it."""
        given = [*arguments, *(named[key] for key in ("id", "user_id", "form_data") if key in named)]
        form = plain(given[-1])
        return one(ChatModel, call("chats.create", chat=form.get("chat", {}), folder_id=form.get("folder_id")))

    def import_chat(self, user_id: str, form_data: Any, db: Any = None) -> ChatModel | None:
        return self.insert_new_chat(user_id, form_data)

    def update_chat_by_id(self, id: str, chat: dict[str, Any], db: Any = None) -> ChatModel | None:
        return one(ChatModel, call("chats.update", id=id, chat=plain(chat)))

    def update_chat_title_by_id(self, id: str, title: str, db: Any = None) -> ChatModel | None:
        return one(ChatModel, call("chats.change", id=id, changes={"title": title}))

    def update_chat_tags_by_id(self, id: str, tags: list[str], user: Any = None, db: Any = None) -> ChatModel | None:
        return one(ChatModel, call("chats.change", id=id, changes={"tags": list(tags)}))

    def update_chat_folder_id_by_id_and_user_id(
        self, id: str, user_id: str, folder_id: str | None, db: Any = None
    ) -> ChatModel | None:
        return one(ChatModel, call("chats.change", id=id, changes={"folder_id": folder_id}, user_id=user_id))

    def toggle_chat_pinned_by_id(self, id: str, db: Any = None) -> ChatModel | None:
        chat = self.get_chat_by_id(id)
        return chat and one(ChatModel, call("chats.change", id=id, changes={"pinned": not chat.pinned}))

    def toggle_chat_archive_by_id(self, id: str, db: Any = None) -> ChatModel | None:
        chat = self.get_chat_by_id(id)
        return chat and one(ChatModel, call("chats.change", id=id, changes={"archived": not chat.archived}))

    def delete_chat_by_id(self, id: str, db: Any = None) -> bool:
        return bool(call("chats.delete", id=id))

    def delete_chat_by_id_and_user_id(self, id: str, user_id: str, db: Any = None) -> bool:
        return bool(call("chats.delete", id=id, user_id=user_id))

    def get_chats(self, skip: int = 0, limit: int = 50, db: Any = None) -> ChatList:
        """Those of everybody whom the function may see: of the user, or of all with `data: all`."""
        users = call("users.list", limit=1000)
        return ChatList(chat for user in users for chat in self.get_chats_by_user_id(user["id"]))

    def get_chats_by_user_id(
        self, user_id: str, filter: Any = None, skip: int | None = None, limit: int | None = None, db: Any = None
    ) -> ChatList:
        return ChatList(_paged(skip or 0, limit, lambda **page: call("chats.list", user_id=user_id, **page)))

    def get_chat_list_by_user_id(
        self,
        user_id: str,
        include_archived: bool = False,
        filter: Any = None,
        skip: int = 0,
        limit: int = 50,
        db: Any = None,
    ) -> list[ChatModel]:
        return self.get_chats_by_user_id(user_id, skip=skip, limit=limit)

    def get_chat_title_id_list_by_user_id(
        self, user_id: str, *arguments: Any, skip: int | None = None, limit: int | None = None, **named: Any
    ) -> list[ChatTitleIdResponse]:
        found = call("chats.list", user_id=user_id, skip=skip or 0, limit=limit or 1000, brief=True)
        return several(ChatTitleIdResponse, found)

    def get_pinned_chats_by_user_id(self, user_id: str, db: Any = None) -> list[ChatModel]:
        return _paged(0, None, lambda **page: call("chats.list", user_id=user_id, pinned=True, **page))

    def get_archived_chats_by_user_id(self, user_id: str, db: Any = None) -> list[ChatModel]:
        return _paged(0, None, lambda **page: call("chats.list", user_id=user_id, archived=True, **page))

    def get_chats_by_folder_id_and_user_id(
        self, folder_id: str, user_id: str, skip: int = 0, limit: int = 60, db: Any = None
    ) -> list[ChatModel]:
        return _paged(skip, limit, lambda **page: call("chats.list", user_id=user_id, folder_id=folder_id, **page))

    def get_chats_by_user_id_and_search_text(
        self,
        user_id: str,
        search_text: str,
        include_archived: bool = False,
        skip: int = 0,
        limit: int = 60,
        db: Any = None,
    ) -> list[ChatModel]:
        return _paged(skip, limit, lambda **page: call("chats.search", user_id=user_id, text=search_text, **page))

    def get_chat_tags_by_id_and_user_id(self, id: str, user_id: str, db: Any = None) -> list[str]:
        chat = self.get_chat_by_id_and_user_id(id, user_id)
        return list(chat.meta.get("tags", [])) if chat else []

    def add_chat_tag_by_id_and_user_id_and_tag_name(
        self, id: str, user_id: str, tag_name: str, db: Any = None
    ) -> ChatModel | None:
        tags = self.get_chat_tags_by_id_and_user_id(id, user_id)
        return self.update_chat_tags_by_id(id, list(dict.fromkeys([*tags, tag_name])))

    def delete_tag_by_id_and_user_id_and_tag_name(self, id: str, user_id: str, tag_name: str, db: Any = None) -> bool:
        tags = self.get_chat_tags_by_id_and_user_id(id, user_id)
        return self.update_chat_tags_by_id(id, [tag for tag in tags if tag != tag_name]) is not None

    def get_chat_folder_id(self, id: str, user_id: str, db: Any = None) -> str | None:
        chat = self.get_chat_by_id_and_user_id(id, user_id)
        return chat.folder_id if chat else None

    def is_chat_owner(self, id: str, user_id: str, db: Any = None) -> bool:
        return self.get_chat_by_id_and_user_id(id, user_id) is not None

    def chat_exists(self, id: str, db: Any = None) -> bool:
        return self.get_chat_by_id(id) is not None


Chats = ChatTable()
__getattr__ = any_shape("models.chats")
