"""Takes in uploaded files, with their content where it is found."""

from __future__ import annotations

import hashlib
import shutil
import uuid
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath

from penstock.flows.files import FOLDER, clean_name, clean_type
from penstock.flows.openwebui.job import NO_OWNER, Job
from penstock.flows.openwebui.rows import BrokenRow, Row, json_object, needed, seconds, text
from penstock.flows.openwebui.source import Source
from penstock.store.intake import Arrivals
from penstock.store.records import File

UPLOADS = "uploads"


@dataclass(slots=True)
class FileIntake:
    """Copies contents into the data folder before their rows are written; `undo` removes them again."""

    job: Job
    source: Source
    copied: list[Path]

    @classmethod
    def of(cls, job: Job, source: Source) -> FileIntake:
        return cls(job, source, [])

    def undo(self) -> None:
        for path in self.copied:
            path.unlink(missing_ok=True)

    async def take(self, arrivals: Arrivals, present: set[str]) -> None:
        noun = self.job.report.noun("files")
        for row in self.source.rows("file"):
            file_id, name = text(row, "id"), text(row, "filename")
            if file_id in present:
                noun.note(file_id, name, "kept")
                continue
            try:
                await arrivals.put(self._file(row))
            except BrokenRow as error:
                noun.note(file_id, name, "skipped", str(error))
            else:
                noun.note(file_id, name, "added")

    def _file(self, row: Row) -> File:
        owner = self.job.users.get(text(row, "user_id"))
        if owner is None:
            raise BrokenRow(NO_OWNER)
        meta = json_object(row, "meta")
        content = self._content(text(row, "path"))
        place = str(uuid.uuid4())
        path = Path(FOLDER) / place[:2] / place
        with content.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        name = clean_name(text(row, "filename") or str(meta.get("name") or "file"))
        record = File(
            id=needed(row, "id"),
            user_id=owner.id,
            filename=name,
            path=path.as_posix(),
            size=content.stat().st_size,
            content_type=clean_type(str(meta.get("content_type") or ""), name),
            hash=digest,
            meta=meta,
            data=json_object(row, "data"),
            created_at=seconds(row.get("created_at")),
            updated_at=seconds(row.get("updated_at")),
        )
        self._copy(content, self.job.settings.data_dir / path)
        return record

    def _content(self, path: str) -> Path:
        """Looked for by its name alone, in the folder of uploads: the path is that of another machine."""
        name = PureWindowsPath(path).name if "\\" in path else path.rpartition("/")[2]
        found = (self.job.choices.uploads or self.job.file.parent / UPLOADS) / name
        if not name or name in (".", "..") or not found.is_file():
            where = (
                f"its content lies elsewhere ({path})" if "://" in path else f"its content {name or path} is missing"
            )
            raise BrokenRow(f"{where}; --uploads names the folder with uploads")
        return found

    def _copy(self, content: Path, target: Path) -> None:
        if self.job.choices.dry_run:
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        self.copied.append(target)
        shutil.copyfile(content, target)
