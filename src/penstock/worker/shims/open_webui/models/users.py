"""People: `Users` and `UserModel`."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict

from open_webui._bridge import call, one, plain, several
from open_webui._missing import Table, any_shape, refuse


class UserSettings(BaseModel):
    model_config = ConfigDict(extra="allow", defer_build=True)

    ui: dict[str, Any] | None = {}


class UserModel(BaseModel):
    model_config = ConfigDict(from_attributes=True, defer_build=True)

    id: str
    email: str = ""
    username: str | None = None
    role: str = "user"
    name: str = ""
    profile_image_url: str | None = "/user.png"
    profile_banner_image_url: str | None = None
    bio: str | None = None
    gender: str | None = None
    date_of_birth: Any = None
    timezone: str | None = None
    presence_state: str | None = None
    status_emoji: str | None = None
    status_message: str | None = None
    status_expires_at: int | None = None
    info: dict[str, Any] | None = None
    settings: UserSettings | None = None
    api_key: str | None = None
    oauth: dict[str, Any] | None = None
    oauth_sub: str | None = None
    scim: dict[str, Any] | None = None
    last_active_at: int = 0
    updated_at: int = 0
    created_at: int = 0


class UserResponse(BaseModel):
    model_config = ConfigDict(from_attributes=True, defer_build=True)

    id: str
    name: str = ""
    email: str = ""
    role: str = "user"
    profile_image_url: str | None = "/user.png"


class UserNameResponse(BaseModel):
    model_config = ConfigDict(defer_build=True)

    id: str
    name: str = ""
    role: str = "user"
    profile_image_url: str | None = "/user.png"


class UserUpdateForm(BaseModel):
    model_config = ConfigDict(extra="allow", defer_build=True)

    role: str | None = None
    name: str | None = None
    email: str | None = None
    profile_image_url: str | None = None
    password: str | None = None


class User(UserModel):
    """Authors make one of `__user__` to hand it on; it is no table to query."""

    @classmethod
    def __clause_element__(cls) -> Any:
        refuse("open_webui.models.users.User", "the server's own tables", "Use Users and its methods.")


class UsersTable(Table):
    """Whole records of the calling user; of others what everybody may see, unless an admin calls."""

    def get_user_by_id(self, id: str, db: Any = None) -> UserModel | None:
        return one(UserModel, call("users.get", id=id))

    def get_user_by_email(self, email: str, db: Any = None) -> UserModel | None:
        return one(UserModel, call("users.find", email=email))

    def get_users(
        self, filter: Any = None, skip: int | None = None, limit: int | None = None, db: Any = None
    ) -> dict[str, Any]:
        query = filter.get("query") if isinstance(filter, dict) else None
        users = several(UserModel, call("users.list", query=query or "", skip=skip or 0, limit=limit or 1000))
        return _Page(users=users, total=len(users))

    def search_users(
        self, filter: Any = None, skip: int | None = None, limit: int | None = None, db: Any = None
    ) -> dict[str, Any]:
        return self.get_users(filter, skip, limit)

    def get_users_by_user_ids(self, user_ids: list[str], db: Any = None) -> list[UserModel]:
        return [user for id in user_ids if (user := self.get_user_by_id(id))]

    def get_num_users(self, db: Any = None) -> int:
        return int(call("users.count"))

    def has_users(self, db: Any = None) -> bool:
        return self.get_num_users() > 0

    def get_first_user(self, db: Any = None) -> UserModel | None:
        return one(UserModel, call("users.first"))

    def get_super_admin_user(self, db: Any = None) -> UserModel | None:
        return self.get_first_user()

    def get_valid_user_ids(self, user_ids: list[str], db: Any = None) -> list[str]:
        return [user.id for user in self.get_users_by_user_ids(user_ids)]

    def get_user_webhook_url_by_id(self, id: str, db: Any = None) -> str | None:
        user = self.get_user_by_id(id)
        ui = user.settings.ui if user and user.settings else None
        return ((ui or {}).get("notifications") or {}).get("webhook_url")

    def update_user_by_id(self, id: str, updated: Any, db: Any = None) -> UserModel | None:
        return one(UserModel, call("users.update", id=id, changes=plain(updated)))

    def update_user_settings_by_id(self, id: str, updated: Any, db: Any = None) -> UserModel | None:
        return one(UserModel, call("users.update", id=id, changes={"settings": plain(updated)}))

    def update_user_profile_image_url_by_id(self, id: str, profile_image_url: str, db: Any = None) -> UserModel | None:
        return one(UserModel, call("users.update", id=id, changes={"profile_image_url": profile_image_url}))

    def update_user_role_by_id(self, id: str, role: str, db: Any = None) -> UserModel | None:
        return one(UserModel, call("users.update", id=id, changes={"role": role}))


class _Page(dict[str, Any]):
    """`{"users", "total"}` that is also iterated as the list that earlier releases gave."""

    def __iter__(self) -> Any:
        return iter(self["users"])


Users = UsersTable()

__getattr__ = any_shape("models.users")

__all__ = ["User", "UserModel", "UserNameResponse", "UserResponse", "UserSettings", "UserUpdateForm", "Users"]
