"""Settings: defaults < `messagestore.toml` < environment (`MESSAGESTORE_…`) < arguments."""

import os
import re
from pathlib import Path
from tomllib import TOMLDecodeError
from typing import Annotated, Any, Literal, Self

import msgspec
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
    TomlConfigSettingsSource,
)

from messagestore.errors import InvalidSettings

PartitionInterval = Literal["month", "week", "day"]
"""How much time a partition of the messages holds."""

LEAST_DAYS_KEPT = 8
"""A message's key says that it is stored already; Meta redelivers for seven days."""

KeptDays = Annotated[int, Field(ge=LEAST_DAYS_KEPT)] | Literal["forever"]
"""How many days messages are kept."""

MAX_SECRETS = 2
"""Secrets of one provider at a time: the one in use, and the one that it is changed to."""


def default_data_dir() -> Path:
    """Where the embedded server keeps its data: /var/lib for root, XDG's data home for others."""
    if os.geteuid() == 0:
        return Path("/var/lib/messagestore")
    home = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(home) / "messagestore"


class Settings(BaseSettings):
    """Everything that can be set; docs/reference/settings.md has one line for each."""

    model_config = SettingsConfigDict(
        env_prefix="MESSAGESTORE_",
        toml_file="messagestore.toml",
        env_ignore_empty=True,
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
    )

    database_url: str | None = Field(
        default=None,
        repr=False,
        description="A PostgreSQL URL; without one the embedded server is used.",
    )
    replica_urls: Annotated[tuple[SecretStr, ...], NoDecode] = Field(
        default=(),
        description="PostgreSQL URLs of streaming replicas, which reads go to.",
    )
    replica_max_lag_seconds: float = Field(
        default=5.0,
        gt=0,
        description="Seconds that a replica may be behind before it is left out.",
    )
    data_dir: Path = Field(
        default_factory=default_data_dir,
        description="The folder of the embedded server's data.",
    )
    pool_min_size: int = Field(
        default=1,
        ge=0,
        le=1000,
        description="Connections that are opened at once, and again when needed.",
    )
    pool_max_size: int = Field(
        default=10, ge=1, le=1000, description="Connections that are opened at most."
    )
    connect_timeout: float = Field(
        default=10.0, gt=0, description="Seconds that opening a connection may take."
    )
    command_timeout: float = Field(
        default=30.0, gt=0, description="Seconds that a statement may take, counted on our side."
    )
    most_waiting_writes: int = Field(
        default=10_000,
        ge=1,
        description="Writes that may wait for a batch; beyond that a call is turned away at once.",
    )
    statement_cache_size: int = Field(
        default=100,
        ge=0,
        description="Prepared statements kept a connection; 0 behind pgbouncer before 1.21.",
    )
    log_deadline: float = Field(
        default=2.0,
        gt=0,
        description="Seconds that a log call waits for the database before it uses the spool.",
    )
    close_grace: float = Field(
        default=10.0,
        ge=0,
        description="Seconds that closing the store may take to drain the spool.",
    )
    spool_dir: Path | None = Field(
        default=None,
        description="The folder of the spool; without one it is `spool` in the data folder.",
    )
    spool_limit_bytes: int = Field(
        default=256 * 1024**2,
        ge=1024**2,
        description="Bytes that the spool of one process may hold.",
    )
    stream_hours: float = Field(
        default=24.0,
        gt=0,
        description="Hours that a listener of the stream may be away and still go on where it was.",
    )
    pending_days: float = Field(
        default=30.0,
        gt=0,
        description="Days that a status, edit, reaction or deletion waits for its message.",
    )
    keep_unknown_payloads: bool = Field(
        default=False,
        description="Keep payloads that no adapter understands in the quarantine.",
    )
    search_upkeep_seconds: float = Field(
        default=5.0,
        ge=0,
        description="Seconds between flushes of the search index's pending list; 0 for never.",
    )
    partition_interval: PartitionInterval = Field(
        default="month",
        description="How much time a new partition holds: `month`, `week` or `day`.",
    )
    partitions_ahead: int = Field(
        default=3,
        ge=1,
        le=24,
        description="Partitions that are made ahead of time, once there are months.",
    )
    partition_upkeep_seconds: float = Field(
        default=3600.0,
        ge=0,
        description="Seconds between looks at whether partitions are to be made; 0 for never.",
    )
    citus_shards: int = Field(
        default=8,
        ge=1,
        le=1024,
        description="Parts of each table that `migrate --distributed` makes.",
    )
    retention_days: KeptDays = Field(
        default="forever",
        description="Days that messages are kept, at least 8; or `forever`.",
    )
    retention_days_by_type: dict[Literal["group", "private"], KeptDays] = Field(
        default={},
        description="The same of one type of contexts, `group` or `private`.",
    )
    retention_days_by_context: dict[str, KeptDays] = Field(
        default={},
        description="The same of single conversations, by their `context_id`.",
    )
    retention_upkeep_seconds: float = Field(
        default=0.0,
        ge=0,
        description="Seconds between removals of what is older, by every open store; 0 for never.",
    )
    bot_sender: str = Field(
        default="bot",
        min_length=1,
        description="The sender of outgoing messages for which none is named.",
    )
    command_prefixes: tuple[str, ...] = Field(
        default=("/", "!"),
        description="What a message starts with when it is a command for the bot.",
    )
    admin_commands: frozenset[str] = Field(
        default=frozenset(),
        description="Names of the commands, without prefix, that count as admin commands.",
    )
    http_host: str = Field(
        default="127.0.0.1",
        min_length=1,
        description="The address that `messagestore serve` listens on.",
    )
    http_port: int = Field(
        default=8080,
        ge=0,
        le=65_535,
        description="The port that `messagestore serve` listens on; 0 for any that is free.",
    )
    http_body_limit: int = Field(
        default=16 * 1024**2,
        ge=1024,
        description="Bytes that the body of a request may have.",
    )
    http_body_deadline: float = Field(
        default=15.0,
        gt=0,
        description="Seconds that the body of a request may take to arrive.",
    )
    public_url: str | None = Field(
        default=None,
        pattern=r"^https?://[^/?#]+(/[^?#]*)?$",
        description="The URL at which the service is reached from outside, without `/webhooks`.",
    )
    provider_mappings: dict[str, Path] = Field(
        default={},
        description="Mapping files of providers that are not built in, by the providers' names.",
    )
    webhook_secrets: dict[str, tuple[SecretStr, ...]] = Field(
        default={},
        description="The one or two secrets of each provider, or of `provider/account`.",
    )
    webhook_verify_token: SecretStr | None = Field(
        default=None,
        description="What Meta is told to send when it checks the URL of the webhook.",
    )
    webhook_insecure: frozenset[str] = Field(
        default=frozenset(),
        description="Names of the providers whose webhooks are taken from anybody, unsigned.",
    )

    @property
    def spool_folder(self) -> Path:
        """Where the spools of this machine's processes are."""
        return self.spool_dir or self.data_dir / "spool"

    @field_validator("database_url")
    @classmethod
    def _is_postgresql(cls, value: str | None) -> str | None:
        if value is not None:
            _check_url(value)
        return value

    @field_validator("replica_urls", mode="before")
    @classmethod
    def _are_parted(cls, value: object) -> object:
        """Take the text of the environment: a JSON list, or URLs with commas between them."""
        if not isinstance(value, str):
            return value
        if value.lstrip().startswith("["):
            return msgspec.json.decode(value)
        return re.split(r"\s*,\s*(?=postgres(?:ql)?://)", value.strip())

    @field_validator("replica_urls")
    @classmethod
    def _are_postgresql(cls, value: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
        for url in value:
            _check_url(url.get_secret_value())
        return value

    @field_validator("webhook_secrets")
    @classmethod
    def _are_one_or_two(
        cls, value: dict[str, tuple[SecretStr, ...]]
    ) -> dict[str, tuple[SecretStr, ...]]:
        for secrets in value.values():
            if not 1 <= len(secrets) <= MAX_SECRETS or not all(map(len, secrets)):
                raise ValueError("each must be a list of one or two secrets, none of them empty")
        return value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 (its caller names it)
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 (its caller names it)
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Set the order of the module's first line."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)

    @classmethod
    def load(cls, **arguments: Any) -> Self:
        """Read every source; arguments that are None do not count.

        Raises InvalidSettings, in a sentence that names each wrong setting but not its value.
        """
        try:
            return cls(**{name: value for name, value in arguments.items() if value is not None})
        except ValidationError as error:
            parts = [f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]
            sentence = f"These settings are wrong: {'; '.join(parts)}"
        except TOMLDecodeError as error:
            sentence = f"messagestore.toml is not TOML: {error}"
        except SettingsError as error:
            sentence = f"A setting is not JSON: {error}"
        # Only here: those errors hold the values, and would stay in the context of ours.
        raise InvalidSettings(sentence)


def _check_url(value: str) -> None:
    """Raise ValueError, without the URL and its password, for what asyncpg would not take."""
    scheme, separator, rest = value.partition("://")
    if not separator or scheme not in {"postgresql", "postgres"} or not rest:
        raise ValueError("it must read postgresql://user:password@host:port/database")
