"""Settings: read from the environment (seed names first), each with a default that works on a laptop.

Stage ``prod`` has the names of the seeds; any other stage adds its name as a suffix (decision 14).
"""

from __future__ import annotations

import ipaddress
import json
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Annotated, TypeVar
from urllib.parse import urlsplit

import platformdirs
from pydantic import (
    AliasChoices,
    BaseModel,
    ConfigDict,
    Field,
    PositiveInt,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from springhead.errors import ConfigError
from springhead.version import CONTACT

__all__ = ["RobotsExemption", "Settings", "is_loopback", "load_settings", "read_settings"]

AnySettings = TypeVar("AnySettings", bound="Settings")


def is_loopback(url: str) -> bool:
    """True where a URL points at this machine."""
    try:
        host = urlsplit(url).hostname or ""
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class RobotsExemption(BaseModel):
    """One host whose robots.txt an operator has set aside, until a day and for a reason (decision 24)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    host: str = Field(min_length=1, pattern=r"^[a-z0-9.-]+$")
    until: date
    reason: str = Field(min_length=1)


class Settings(BaseSettings):
    """All settings. Each is read from the environment variable in its alias."""

    model_config = SettingsConfigDict(extra="ignore", populate_by_name=True, frozen=True)

    stage: str = Field("prod", validation_alias="SPRINGHEAD_STAGE", pattern=r"^[a-z][a-z0-9]{0,15}$")
    region: str = Field("us-east-1", validation_alias=AliasChoices("AWS_REGION", "AWS_DEFAULT_REGION"))
    endpoint: str | None = Field(None, validation_alias="AWS_ENDPOINT_URL")
    table_name: str | None = Field(None, validation_alias="DYNAMODB_TABLE")
    operations_table_name: str | None = Field(None, validation_alias="SPRINGHEAD_OPERATIONS_TABLE")
    raw_bucket: str | None = Field(None, validation_alias="SPRINGHEAD_RAW_BUCKET")
    backup_bucket: str | None = Field(None, validation_alias="SPRINGHEAD_BACKUP_BUCKET")
    dead_letter_bucket: str | None = Field(None, validation_alias="SPRINGHEAD_DEAD_LETTER_BUCKET")
    dead_letter_queue: str | None = Field(None, validation_alias="SPRINGHEAD_DEAD_LETTER_QUEUE")
    #: Where a run that is too large for one invocation sends its batches; without one, every run goes in one piece.
    work_queue: str | None = Field(None, validation_alias="SPRINGHEAD_WORK_QUEUE")
    #: Where Lambda leaves stream batches that it gave up.
    stream_failure_queue: str | None = Field(None, validation_alias="SPRINGHEAD_STREAM_FAILURE_QUEUE")
    source: str | None = Field(None, validation_alias="SPRINGHEAD_SOURCE")
    #: Base address that all sources are read from instead of their own hosts; must be on this machine.
    upstream: str | None = Field(None, validation_alias="SPRINGHEAD_UPSTREAM")
    #: Factor on every source's declared rate; above 1 only together with ``upstream``.
    rate_scale: float = Field(1.0, validation_alias="SPRINGHEAD_RATE_SCALE", gt=0)
    #: Where the subjects of a source with a list of its own are read from: a CSV file, or s3://bucket/key.
    subject_list: str | None = Field(None, validation_alias="SPRINGHEAD_SUBJECTS")
    #: Hosts whose robots.txt is set aside, as JSON: [{"host": …, "until": "2026-12-31", "reason": …}].
    robots_exemptions: Annotated[tuple[RobotsExemption, ...], NoDecode] = Field(
        (), validation_alias="SPRINGHEAD_ROBOTS_EXEMPTIONS"
    )
    #: Units per day of sources whose quota is another than the one they declare, as JSON: {"google_search": 5000}.
    quotas: Annotated[dict[str, PositiveInt], NoDecode] = Field({}, validation_alias="SPRINGHEAD_QUOTAS")
    #: Shown in the User-Agent, as Wikimedia and others ask.
    contact: str = Field(CONTACT, validation_alias="SPRINGHEAD_CONTACT", pattern=r"^[!-~]*(@|://)[!-~]+$")
    home: Path = Field(
        default_factory=lambda: Path(platformdirs.user_data_dir("springhead", appauthor=False)),
        validation_alias="SPRINGHEAD_HOME",
    )

    @field_validator("*", mode="before")
    @classmethod
    def _empty_is_unset(cls, value: object, info: object) -> object:
        # CloudFormation cannot leave a variable out by a parameter, it can only make it empty.
        if value == "":
            field = cls.model_fields[info.field_name]  # type: ignore[attr-defined]
            return field.get_default(call_default_factory=True)
        return value

    @field_validator("robots_exemptions", "quotas", mode="before")
    @classmethod
    def _read_json(cls, value: object) -> object:
        if not isinstance(value, str) or value == "":
            return value  # empty is unset, see above
        try:
            return json.loads(value)
        except ValueError as error:
            raise ValueError(f"no JSON ({error})") from error

    @model_validator(mode="after")
    def _upstream_is_ours(self) -> Settings:
        if self.upstream and not is_loopback(self.upstream):
            raise ValueError(f"SPRINGHEAD_UPSTREAM is {self.upstream}; it must be a loopback address (127.0.0.1)")
        if self.rate_scale > 1 and not self.upstream:
            raise ValueError("SPRINGHEAD_RATE_SCALE above 1 needs SPRINGHEAD_UPSTREAM: real hosts are spared")
        return self

    def exempt_hosts(self, today: date) -> frozenset[str]:
        """Hosts whose exemption from robots.txt has not ended."""
        return frozenset(exemption.host for exemption in self.robots_exemptions if exemption.until >= today)

    @property
    def suffix(self) -> str:
        """Suffix of all names in this stage."""
        return "" if self.stage == "prod" else f"-{self.stage}"

    @cached_property
    def table(self) -> str:
        """The celebrity table."""
        return self.table_name or f"celebrity-database{self.suffix}"

    @cached_property
    def operations_table(self) -> str:
        """The scraping-operations table."""
        return self.operations_table_name or f"seattle-scraping-operations{self.suffix}"

    @property
    def stack(self) -> str:
        """Name of the CloudFormation stack."""
        return f"springhead{self.suffix}"


def load_settings(**overrides: object) -> Settings:
    """Read the settings; overrides that are None are left to the environment.

    Raises:
        ConfigError: Naming the variable and what is wrong with it.
    """
    return read_settings(Settings, **overrides)


def read_settings(kind: type[AnySettings], **overrides: object) -> AnySettings:
    """Read settings of a kind that adds its own to these; see :func:`load_settings`."""
    try:
        return kind(**{key: value for key, value in overrides.items() if value is not None})  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = first["loc"][0] if first["loc"] else "settings"
        said = first["msg"].removeprefix("Value error, ")
        raise ConfigError(f"{where}: {said}", hint="see `springhead config show`") from None
