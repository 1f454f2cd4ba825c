"""What the operator may set for the weekly refresh: ``settings.yml`` of the data root.

Credentials are never here: they are environment variables (see the declarations).
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from ingest.errors import DataProblem

UPSTREAM_VARIABLE = "OBSERVATOIRE_UPSTREAM"
Seconds = Annotated[float, Field(gt=0)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Fetching(_Strict):
    """Patience with hosts.

    Attributes:
        attempts: Tries for one file, the first included.
        first_wait_seconds: Wait before the second try; it doubles from then on, with jitter.
        longest_wait_seconds: Longest wait; a host that asks for more (``Retry-After``) is left
            alone until the next run.
    """

    attempts: Annotated[int, Field(ge=1, le=10)] = 5
    first_wait_seconds: Seconds = 1.0
    longest_wait_seconds: Seconds = 120.0
    connect_seconds: Seconds = 15.0


class Notify(_Strict):
    """Who is told, and of what.

    Attributes:
        command: Program and arguments; it gets ``run.json`` on its standard input.
        webhook: Address that gets ``run.json`` by POST; https, or this machine.
        on: ``failure`` (a person must do something) and/or ``new_data`` (a release was published).
    """

    command: tuple[str, ...] = ()
    webhook: str | None = None
    on: tuple[Literal["failure", "new_data"], ...] = ("failure", "new_data")
    timeout_seconds: Seconds = 30.0

    @field_validator("webhook")
    @classmethod
    def _safe(cls, value: str | None) -> str | None:
        if value is None:
            return None
        parts = urlsplit(value)
        if parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname)):
            return value
        raise ValueError("the webhook must be https, or an address of this machine")


class Settings(_Strict):
    """Everything that ``settings.yml`` may say."""

    fetch: Fetching = Fetching()
    notify: Notify = Notify()


def read_settings(file: Path) -> Settings:
    """The settings of a data root; the defaults where there is no file.

    Raises:
        DataProblem: The file is no YAML or says something unknown.
    """
    if not file.exists():
        return Settings()
    remedy = "mend the file; docs/weekly-refresh.md shows each key"
    try:
        return Settings.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")) or {})
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise DataProblem(file, f"not readable as YAML: {error}", remedy) from None
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        raise DataProblem(file, first["msg"], remedy, column=key) from None


def upstream(environment: Mapping[str, str]) -> dict[str, str]:
    """Stand-ins for hosts, for tests only: ``host=http://127.0.0.1:8000``, ``*`` for all hosts.

    Raises:
        DataProblem: A stand-in is not on this machine.
    """
    stands: dict[str, str] = {}
    for item in environment.get(UPSTREAM_VARIABLE, "").split():
        host, _, base = item.partition("=")
        if not is_loopback(urlsplit(base).hostname):
            raise DataProblem(
                UPSTREAM_VARIABLE,
                f"{base or item} is not on this machine",
                "unset the variable: it is for tests, which answer from 127.0.0.1",
            )
        stands[host] = base.rstrip("/")
    return stands


def is_loopback(host: str | None) -> bool:
    """Whether a host is a numeric address of this machine (a name could be pointed elsewhere)."""
    try:
        return ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return False
