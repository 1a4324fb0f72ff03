"""All settings of the server, with their defaults and what they are for.

Sources, strongest first: arguments, the environment (`PENSTOCK_*`), the file `PENSTOCK_CONFIG` (TOML;
by default `penstock.toml` in the data folder). Durations are in seconds, sizes in bytes.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from pydantic import Field, SecretStr
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)


def default_data_dir() -> Path:
    """Where data lives when nobody says otherwise: the user's data folder of the platform."""
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "penstock"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "penstock"


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="PENSTOCK_", extra="forbid", validate_default=True)

    name: str = Field("Penstock", description="The name that the page and `/api/config` show.")
    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8080, ge=0, le=65535, description="Port to listen on; 0 takes a free one.")
    data_dir: Path = Field(default_factory=default_data_dir, description="Folder for the database, files and keys.")
    config: Path | None = Field(None, description="Settings file (TOML); default: `penstock.toml` in the data folder.")
    database_url: str = Field(
        "", description="Postgres address (`postgresql://...`); empty: SQLite in the data folder."
    )
    secret_key: SecretStr = Field(
        SecretStr(""),
        description="Signs tokens and opens the key ring; empty: made once, kept in the data folder.",
    )
    log_level: str = Field("info", description="Level of the server's own log.")
    signup: bool = Field(True, description="Whether strangers may make an account (the first one always may).")
    default_role: str = Field("pending", pattern="^(pending|user)$", description="Role of accounts made by sign-up.")
    session_days: float = Field(30, gt=0, description="How long a sign-in lasts, in days.")
    connections: str = Field(
        "",
        description="OpenAI-compatible servers: `address|key|prefix`, several separated by `;`, or a JSON list.",
    )
    models_refresh: float = Field(60, gt=0, description="Age at which a list of models is asked for again.")
    run_deadline: float = Field(
        600, gt=0, description="Longest time that a run may take; it stands still while a person is asked."
    )
    question_deadline: float = Field(3600, gt=0, description="How long a question waits for its answer.")
    pipes_deadline: float = Field(5, gt=0, description="How long `pipes` may take before the last list is served.")
    load_deadline: float = Field(60, gt=0, description="How long importing a function may take.")
    worker_idle: float = Field(300, gt=0, description="Idle time after which a worker is retired.")
    stop_grace: float = Field(10, ge=0, description="How long running work may take to finish when the server stops.")
    frame_limit: int = Field(32 * 2**20, ge=2**16, description="Largest frame between host and worker.")
    output_limit: int = Field(16 * 2**20, ge=2**10, description="Largest value that a hook may return or emit.")
    upload_limit: int = Field(100 * 2**20, ge=2**10, description="Largest file that may be uploaded.")
    body_limit: int = Field(32 * 2**20, ge=2**10, description="Largest JSON body that the API reads.")
    worker_environment: str = Field(
        "", description="Names of the server's environment variables that functions may read, separated by commas."
    )
    environments: bool = Field(True, description="Whether packages that functions ask for are installed.")
    wheels: Path | None = Field(
        None,
        description="Folder with wheels: packages come from there alone, without a network; empty: from the index.",
    )
    private_urls: bool = Field(False, description="Whether functions may be loaded from private addresses.")
    examples: bool = Field(True, description="Whether the examples are offered to the first admin.")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return (
            init_settings,
            env_settings,
            TomlConfigSettingsSource(settings_cls, toml_file=_config_file(init_settings)),
        )


def _config_file(init_settings: PydanticBaseSettingsSource) -> Path:
    given: dict[str, Any] = init_settings()
    if named := given.get("config") or os.environ.get("PENSTOCK_CONFIG"):
        return Path(named)
    return Path(given.get("data_dir") or os.environ.get("PENSTOCK_DATA_DIR") or default_data_dir()) / "penstock.toml"
