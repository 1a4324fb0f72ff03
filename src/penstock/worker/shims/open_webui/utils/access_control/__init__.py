"""Who may do what, as far as a function can ask."""

from __future__ import annotations

from typing import Any

from open_webui._absent import PROCESSING
from open_webui._missing import any_name
from open_webui.models.groups import Groups
from open_webui.models.users import UserModel, Users


def has_permission(user_id: str, permission_key: str, default_permissions: Any = None, db: Any = None) -> bool:
    """Whether a group of the user, or the defaults, grant a dotted permission; admins have all."""
    user = Users.get_user_by_id(user_id)
    if user is not None and user.role == "admin":
        return True
    sources = [group.permissions for group in Groups.get_groups_by_member_id(user_id)]
    return any(_granted(source, permission_key) for source in [*sources, default_permissions])


def _granted(permissions: Any, key: str) -> bool:
    for part in key.split("."):
        permissions = permissions.get(part) if isinstance(permissions, dict) else None
    return bool(permissions)


def get_permissions(user_id: str, default_permissions: Any = None, db: Any = None) -> dict[str, Any]:
    from open_webui.utils.misc import deep_update

    merged: dict[str, Any] = deep_update({}, default_permissions or {})
    for group in Groups.get_groups_by_member_id(user_id):
        deep_update(merged, group.permissions or {})
    return merged


def has_access(
    user_id: str,
    type: str = "write",
    access_control: dict[str, Any] | None = None,
    user_group_ids: Any = None,
    strict: bool = True,
    db: Any = None,
) -> bool:
    """Whether an access rule names the user or one of the groups; without a rule everybody may read."""
    if access_control is None:
        return type == "read" if strict else True
    rule = access_control.get(type) or {}
    if user_id in rule.get("user_ids", []):
        return True
    groups = user_group_ids
    if groups is None:
        groups = [group.id for group in Groups.get_groups_by_member_id(user_id)]
    return any(group in rule.get("group_ids", []) for group in groups)


def get_users_with_access(type: str = "write", access_control: dict[str, Any] | None = None) -> list[UserModel]:
    return [user for user in Users.get_users() if has_access(user.id, type, access_control)]  # type: ignore[attr-defined]


def check_model_access(user: Any = None, model: Any = None, *_: Any, **__: Any) -> None:
    """Nothing to check here: the server does at the call."""


__getattr__ = any_name("utils.access_control", PROCESSING, "The server checks access at each call.")
