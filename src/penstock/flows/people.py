"""People as others see them, and what an admin may change about them."""

from __future__ import annotations

from typing import Any

from penstock.errors import BadRequest, Conflict, NotAllowed, NotFound
from penstock.flows.accounts import Accounts, checked_email, checked_image, checked_name, checked_password, email_taken
from penstock.flows.files import FileKeeper
from penstock.store import Store
from penstock.store.records import User

ROLES = ("pending", "user", "moderator", "admin")
PAGE = 1000


class People:
    """Rules for changing accounts: there is always an admin, and nobody deletes themselves."""

    def __init__(self, store: Store, accounts: Accounts, files: FileKeeper) -> None:
        self._store = store
        self._files = files
        self._accounts = accounts

    async def get(self, user_id: str) -> User:
        user = await self._store.users.get(user_id)
        if user is None:
            raise NotFound("This user does not exist.")
        return user

    async def change(self, user_id: str, given: dict[str, Any]) -> User:
        """Change role, name, email, image and password, where given."""
        user = await self.get(user_id)
        changes: dict[str, Any] = {}
        if (role := given.get("role")) is not None:
            changes["role"] = await self._checked_role(user, role)
        if (name := given.get("name")) is not None:
            changes["name"] = checked_name(name)
        if (email := given.get("email")) is not None:
            changes["email"] = checked_email(email)
        if (image := given.get("profile_image_url")) is not None:
            changes["profile_image_url"] = checked_image(image)
        if password := given.get("password"):
            checked_password(password)
        try:
            user = await self._store.users.update(user_id, **changes) if changes else user
        except Conflict as error:
            raise email_taken() from error
        self._accounts.access_changed(user_id)
        if password:
            await self._accounts.set_password(user_id, password)
        return user

    async def _checked_role(self, user: User, role: str) -> str:
        if role not in ROLES:
            raise BadRequest(f"A role is one of {', '.join(ROLES)}.", field="role")
        if user.role == "admin" and role != "admin":
            await self._keep_an_admin(user)
        return role

    async def delete(self, user_id: str, by: User) -> None:
        user = await self.get(user_id)
        if user.id == by.id:
            raise NotAllowed("You cannot delete your own account.", hint="Ask another administrator.")
        if user.role == "admin":
            await self._keep_an_admin(user)
        await self._files.delete_all(user_id)
        await self._store.users.delete(user_id)
        self._accounts.access_changed(user_id)

    async def _keep_an_admin(self, leaving: User) -> None:
        skip = 0
        while users := await self._store.users.list(skip=skip, limit=PAGE):
            if any(user.role == "admin" and user.id != leaving.id for user in users):
                return
            skip += PAGE
        raise NotAllowed("This is the last administrator.", hint="Make somebody else administrator first.")

    async def change_settings(self, user: User, given: dict[str, Any]) -> dict[str, Any]:
        """The user's settings with the given keys replaced."""
        updated = await self._store.users.update(user.id, settings={**user.settings, **given})
        return updated.settings

    async def change_info(self, user: User, given: dict[str, Any]) -> dict[str, Any]:
        updated = await self._store.users.update(user.id, info={**user.info, **given})
        return updated.info


def public(user: User) -> dict[str, Any]:
    """What every signed-in user may see of another."""
    return {
        "id": user.id,
        "name": user.name,
        "role": user.role,
        "profile_image_url": user.profile_image_url,
    }


def full(user: User) -> dict[str, Any]:
    """What the user and admins see."""
    return {
        **public(user),
        "email": user.email,
        "settings": user.settings,
        "info": user.info,
        "created_at": int(user.created_at),
        "updated_at": int(user.updated_at),
        "last_active_at": int(user.last_active_at),
    }
