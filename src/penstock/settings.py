"""All settings of the server, with their defaults and what they are for.

Sources, strongest first: arguments, the environment (`PENSTOCK_*`), the file `PENSTOCK_CONFIG` (TOML;
by default `penstock.toml` in the data folder). Durations are in seconds, sizes in bytes.
"""

from __future__ import annotations

import os
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, SecretStr
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)


@dataclass(frozen=True, slots=True)
class Unit:
    """What the number of a setting counts."""

    name: str


Seconds = Annotated[float, Unit("seconds")]
Days = Annotated[float, Unit("days")]
Bytes = Annotated[int, Unit("bytes")]


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
    public_url: str = Field(
        "",
        pattern=r"^(https?://[^/\s]+/?)?$",
        description="Address under which people open this server (`https://chat.example.com`), where that is not its "
        "own host and port; functions may reach it.",
    )
    data_dir: Path = Field(default_factory=default_data_dir, description="Folder for the database, files and keys.")
    config: Path | None = Field(None, description="Settings file (TOML); default: `penstock.toml` in the data folder.")
    database_url: str = Field(
        "", description="Postgres address (`postgresql://...`); empty: SQLite in the data folder."
    )
    secret_key: SecretStr = Field(
        SecretStr(""),
        description="Signs tokens and opens the key ring; empty: made once, kept in the data folder.",
    )
    log_level: str = Field(
        "info", description="Level of the server's own log.", examples=["debug", "info", "warning", "error"]
    )
    signup: bool = Field(True, description="Whether strangers may make an account (the first one always may).")
    default_role: Literal["pending", "user"] = Field("pending", description="Role of accounts made by sign-up.")
    session_days: Days = Field(30, gt=0, description="How long a sign-in lasts, in days.")
    connections: str = Field(
        "",
        description="OpenAI-compatible servers: `address|key|prefix`, several separated by `;`, or a JSON list.",
    )
    models_public: bool = Field(
        True,
        description="Whether models that no administrator has recorded anything about are for everybody; "
        "Open WebUI shows them to administrators only.",
    )
    models_refresh: Seconds = Field(60, gt=0, description="Age at which a list of models is asked for again.")
    run_deadline: Seconds = Field(
        600,
        gt=0,
        description="Longest time that a run may take, where the function's budget says nothing else; it stands still "
        "while a person is asked.",
    )
    question_deadline: Seconds = Field(3600, gt=0, description="How long a question waits for its answer.")
    pipes_deadline: Seconds = Field(5, gt=0, description="How long `pipes` may take before the last list is served.")
    load_deadline: Seconds = Field(60, gt=0, description="How long importing a function may take.")
    worker_idle: Seconds = Field(300, gt=0, description="Idle time after which a worker is retired.")
    worker_memory: Bytes = Field(
        0,
        ge=0,
        description="Memory that all workers together may take before idle ones are ended, the longest unused first; "
        "0: half of what the machine or the server's control group has.",
    )
    worker_most: int = Field(200, ge=1, description="Most workers that run at the same time.")
    engine: Literal["local", "ray"] = Field(
        "local",
        description="Where functions run: `local`, on this machine, or `ray`, on a cluster; see docs/cluster.md.",
    )
    ray_address: str = Field(
        "", description="`host:port` of the Ray cluster; empty: the server starts a small one of its own, for itself."
    )
    ray_actors: int = Field(
        16, ge=1, description="Most actors on the cluster, which is how many versions can be warm at the same time."
    )
    stop_grace: Seconds = Field(10, ge=0, description="How long running work may take to finish when the server stops.")
    frame_limit: Bytes = Field(32 * 2**20, ge=2**16, description="Largest frame between host and worker.")
    output_limit: Bytes = Field(16 * 2**20, ge=2**10, description="Largest value that a hook may return or emit.")
    upload_limit: Bytes = Field(100 * 2**20, ge=2**10, description="Largest file that may be uploaded.")
    body_limit: Bytes = Field(32 * 2**20, ge=2**10, description="Largest JSON body that the API reads.")
    worker_environment: str = Field(
        "", description="Names of the server's environment variables that functions may read, separated by commas."
    )
    walls_without: str = Field(
        "",
        description="Layers of the walls around functions that are left out, separated by commas: "
        "`namespaces`, `network`, `landlock`, `seccomp`, `uid`, `limits`, `cgroup`.",
    )
    cgroup: Path | None = Field(
        None,
        description="Control group (version 2) that the server may make groups of workers in, as a folder; "
        "the server itself must not be in it.",
    )
    default_profile: Literal["closed", "standard", "trusted"] = Field(
        "standard", description="Profile of functions about which no admin has decided; see docs/rights.md."
    )
    queue_deadline: Seconds = Field(300, gt=0, description="How long a run may wait for its turn (`concurrency`).")
    budget_cpu: Seconds = Field(300, ge=0.1, le=86_400, description="Default budget: processor seconds of one run.")
    budget_memory: Bytes = Field(
        1024 * 2**20, ge=64 * 2**20, le=2**40, description="Default budget: memory of a worker and all that it starts."
    )
    budget_processes: int = Field(
        64, ge=8, le=100_000, description="Default budget: processes and threads of a worker."
    )
    budget_file_size: Bytes = Field(256 * 2**20, ge=2**16, le=2**40, description="Default budget: size of one file.")
    budget_disk: Bytes = Field(
        1024 * 2**20, ge=2**20, le=10 * 2**40, description="Default budget: files of a function together."
    )
    budget_open_files: int = Field(512, ge=64, le=1_000_000, description="Default budget: open files of a worker.")
    budget_log: Bytes = Field(2**20, ge=0, le=2**30, description="Default budget: log of one run.")
    budget_events: int = Field(
        20_000, ge=1, le=1_000_000, description="Default budget: events that a run emits in one second."
    )
    budget_questions: int = Field(
        20, ge=0, le=10_000, description="Default budget: questions of a run that are open at the same time."
    )
    budget_concurrency: int = Field(
        100, ge=1, le=100_000, description="Default budget: runs of a function at the same time."
    )
    budget_queue: int = Field(
        1_000, ge=0, le=1_000_000, description="Default budget: runs of a function that wait for their turn."
    )
    environments: bool = Field(True, description="Whether packages that functions ask for are installed.")
    wheels: Path | None = Field(
        None,
        description="Folder with wheels: packages come from there alone, without a network; empty: from the index.",
    )
    build: Literal["never", "confined", "unconfined"] = Field(
        "never",
        description="Whether packages without a wheel, and those from git, are built from source: `confined` builds "
        "them inside the walls, where this machine has any; `unconfined` also without. See docs/packages.md.",
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

    def source(self, name: str) -> Literal["default", "environment", "file", "argument"]:
        """Where the value of a setting comes from."""
        default = type(self).model_fields[name].get_default(call_default_factory=True)
        if name not in self.model_fields_set or getattr(self, name) == default:
            return "default"
        if any(known.upper() == f"PENSTOCK_{name}".upper() for known in os.environ):
            return "environment"
        return "file" if name in _names_in(self.config or self.data_dir / "penstock.toml") else "argument"


def _names_in(file: Path) -> set[str]:
    try:
        return set(tomllib.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError):  # it was there when the server started
        return set()


def _config_file(init_settings: PydanticBaseSettingsSource) -> Path:
    given: dict[str, Any] = init_settings()
    if named := given.get("config") or os.environ.get("PENSTOCK_CONFIG"):
        return Path(named)
    return Path(given.get("data_dir") or os.environ.get("PENSTOCK_DATA_DIR") or default_data_dir()) / "penstock.toml"
