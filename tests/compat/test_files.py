"""Files that functions read and make (spec H1)."""

from __future__ import annotations

import pytest

from tests.compat.conftest import Stage

pytestmark = [pytest.mark.anyio, pytest.mark.spec("H1")]

MAKE = """
    import io, uuid
    from open_webui.models.files import Files, FileForm
    from open_webui.storage.provider import Storage
    class Action:
        async def action(self, body, __user__):
            id = str(uuid.uuid4())
            contents, path = Storage.upload_file(io.BytesIO(body["content"] * body["times"]), f"{id}_report.txt", {})
            file = await Files.insert_new_file(
                __user__["id"],
                FileForm(id=id, filename="report.txt", path=path, meta={"content_type": "text/plain"}),
            )
            return [id, file.id, file.filename, file.meta["content_type"], len(contents)]
"""
OLD_FORM = """
    from open_webui.models.files import Files, FileForm
    class Action:
        async def action(self, body, __user__):
            with open("page.html", "w") as file:
                file.write("<p>Hi</p>")
            meta = {"path": "page.html", "content_type": "text/html"}
            form = FileForm(id="old-form", filename="page.html", meta=meta)
            return Files.insert_new_file(__user__["id"], form).id
"""
READ = """
    from pathlib import Path
    from open_webui.models.files import Files
    from open_webui.storage.provider import Storage
    class Action:
        async def action(self, body, __user__):
            file = Files.get_file_by_id(body["id"])
            if file is None:
                return None
            assert Storage.get_file(file.path) == file.path
            return [file.filename, file.user_id == __user__["id"], len(Path(file.path).read_bytes())]
"""


@pytest.mark.parametrize("times", [1, 1_000_000], ids=["small", "in pieces"])
async def test_a_file_goes_to_the_server_and_comes_back(stage: Stage, times: int) -> None:
    content = b"ten bytes\n"
    id, made_id, name, kind, size = await stage.run(MAKE, {"content": content, "times": times})
    assert (made_id, name, kind, size) == (id, "report.txt", "text/plain", 10 * times)
    kept = await stage.services.files.get(id, stage.user)
    assert await stage.services.files.read(kept) == content * times
    assert await stage.run(READ, {"id": id}) == ["report.txt", True, 10 * times]


async def test_a_file_whose_path_is_in_its_meta(stage: Stage) -> None:
    kept = await stage.services.files.get(await stage.run(OLD_FORM), stage.user)
    assert await stage.services.files.read(kept) == b"<p>Hi</p>"


async def test_files_of_others_are_not_found(stage: Stage) -> None:
    kept = await stage.services.files.store(stage.admin, "secret.txt", "text/plain", b"secret")
    assert await stage.run(READ, {"id": kept.id}) is None


async def test_an_upload_is_handled(stage: Stage) -> None:
    source = """
    import io
    from fastapi import UploadFile
    from starlette.datastructures import Headers
    from open_webui.routers.files import upload_file_handler, upload_file
    from open_webui.models.users import Users
    class Action:
        async def action(self, body, __user__, __request__):
            user = Users.get_user_by_id(__user__["id"])
            upload = UploadFile(io.BytesIO(b"data"), filename="a.png", headers=Headers({"content-type": "image/png"}))
            made = upload_file_handler(__request__, file=upload, metadata={"chat_id": "c"}, process=False, user=user)
            if hasattr(made, "__await__"):
                made = await made
            path = __request__.app.url_path_for("get_file_content_by_id", id=made.id)
            return [made.filename, made.meta["content_type"], path]
    """
    name, kind, path = await stage.run(source)
    assert (name, kind) == ("a.png", "image/png")
    file_id = path.split("/")[4]
    assert path == f"/api/v1/files/{file_id}/content"
    assert (await stage.services.files.get(file_id, stage.user)).size == 4


async def test_the_text_of_a_file_stands_in_its_data(stage: Stage) -> None:
    source = """
    from open_webui.models.files import Files
    class Action:
        async def action(self, body):
            return Files.get_file_by_id(body["id"]).data["content"]
    """
    kept = await stage.services.files.store(stage.user, "a.md", "text/markdown", "# Tee ü".encode())
    assert await stage.run(source, {"id": kept.id}) == "# Tee ü"
