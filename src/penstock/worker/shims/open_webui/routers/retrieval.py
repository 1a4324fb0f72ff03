"""Reading a file's text into the server; searching needs a vector store, which there is none."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict

from open_webui._absent import RETRIEVAL
from open_webui._missing import any_name


class ProcessFileForm(BaseModel):
    model_config = ConfigDict(defer_build=True)

    file_id: str
    content: str | None = None
    collection_name: str | None = None


class ProcessUrlForm(BaseModel):
    model_config = ConfigDict(defer_build=True)

    url: str
    collection_name: str | None = None


__getattr__: Any = any_name("routers.retrieval", *RETRIEVAL)
