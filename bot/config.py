"""The configuration: TOML, read once, typed, immutable, loud. Any string may be `env:NAME` or `file:PATH`.

Unknown keys, missing secrets and placeholder values stop the start with a sentence that says how to mend them.
"""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from bot.core.outbound import Target

PLACEHOLDER = "…"


class ConfigError(Exception):
    """The configuration cannot be used; the text says which key and what to do."""


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Http(_Section):
    host: str = "127.0.0.1"
    port: int = Field(default=8080, ge=0, le=65535)
    public_url: str = ""


class DatabaseSection(_Section):
    url: str = "sqlite+aiosqlite:///yunwei.db"

    @field_validator("url")
    @classmethod
    def _known(cls, url: str) -> str:
        if not url.startswith(("sqlite+aiosqlite:///", "postgresql+asyncpg://")):
            raise ValueError("must begin with sqlite+aiosqlite:/// or postgresql+asyncpg://")
        return url


class WeComSection(_Section):
    """One self-built app (自建应用)."""

    name: str = Field(pattern=r"^[a-z0-9-]{1,32}$")
    mode: Literal["app"] = "app"
    corp_id: str
    agent_id: int
    secret: str = Field(repr=False)
    token: str = Field(repr=False)
    encoding_aes_key: str = Field(repr=False)
    api_base: str = "https://qyapi.weixin.qq.com"
    proxy: str = ""
    ca_file: str = ""

    @field_validator("encoding_aes_key")
    @classmethod
    def _aes(cls, value: str) -> str:
        if len(value) != 43 or not value.isalnum():
            raise ValueError("must be the 43 letters and digits shown in the WeCom console")
        return value


class Desk(_Section):
    timezone: str = "Asia/Shanghai"
    hotline: str = ""
    fallback_owner: str = ""
    levels: dict[str, Any] = Field(default_factory=dict)
    """Overrides of the service levels, in the structure of knowledge/service_levels.yaml."""

    @field_validator("timezone")
    @classmethod
    def _zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError):
            raise ValueError(f"{value!r} is not a time zone name") from None
        return value


class Config(_Section):
    http: Http = Http()
    database: DatabaseSection = DatabaseSection()
    wecom: tuple[WeComSection, ...] = ()
    groups: dict[Literal["duty", "incident", "manager"], str | tuple[str, ...]] = Field(default_factory=dict)
    desk: Desk = Desk()

    @model_validator(mode="after")
    def _consistent(self) -> "Config":
        names = [w.name for w in self.wecom]
        if len(set(names)) != len(names):
            raise ValueError("two connections have the same name")
        for name in self.groups:
            for text in self.group_texts(name):
                parse_group(text, names)
        return self

    def group_texts(self, name: str) -> tuple[str, ...]:
        value = self.groups.get(name, ())  # type: ignore[call-overload]
        return (value,) if isinstance(value, str) else tuple(value)

    def group_targets(self) -> dict[str, tuple[Target, ...]]:
        """The configured groups as addresses."""
        names = [w.name for w in self.wecom]
        return {name: tuple(parse_group(t, names) for t in self.group_texts(name) if t) for name in self.groups}

    def redacted(self) -> dict[str, Any]:
        """For `check` and the log: secrets are shown as set or not."""
        data = self.model_dump(mode="json")
        for section in data["wecom"]:
            for key in ("secret", "token", "encoding_aes_key"):
                section[key] = "(set)" if section[key] else "(missing)"
        return data


def parse_group(text: str, connections: list[str]) -> Target:
    """`wecom:NAME:chat:ID` or `webhook:URL` as an address. Raises ValueError."""
    if text.startswith("webhook:"):
        if not connections:
            raise ValueError(f"group {text[:20]}…: a webhook needs at least one [[wecom]] connection to send through")
        return Target(kind="webhook", platform="wecom", connection=connections[0], id=text.removeprefix("webhook:"))
    parts = text.split(":", 3)
    if len(parts) != 4 or parts[0] != "wecom" or parts[2] != "chat" or not parts[3]:
        raise ValueError(f"group {text!r}: write wecom:NAME:chat:ID or webhook:URL")
    if parts[1] not in connections:
        raise ValueError(f"group {text!r}: no connection is named {parts[1]!r}")
    return Target(kind="chat", platform="wecom", connection=parts[1], id=parts[3])


def find(path: str | None, environ: Mapping[str, str] = os.environ) -> Path:
    """The file to read: `--config`, else YUNWEI_CONFIG, else ./yunwei.toml. Raises ConfigError when there is none."""
    chosen = Path(path or environ.get("YUNWEI_CONFIG") or "yunwei.toml")
    if not chosen.is_file():
        raise ConfigError(f"no configuration at {chosen}: write one as in the README, or name it with --config")
    return chosen


def load(path: Path, environ: Mapping[str, str] = os.environ) -> Config:
    """Read and check a configuration file. Raises ConfigError with one sentence a problem."""
    try:
        raw = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{path}: {error}") from None
    problems: list[str] = []
    resolved = _resolve(raw, "", environ, problems)
    if problems:
        raise ConfigError(f"{path}: " + "; ".join(problems))
    try:
        return Config.model_validate(resolved)
    except ValidationError as error:
        lines = [
            f"{'.'.join(map(str, e['loc'])) or 'file'}: {e['msg'].removeprefix('Value error, ')}"
            for e in error.errors()
        ]
        raise ConfigError(f"{path}: " + "; ".join(lines)) from None


def _resolve(value: Any, key: str, environ: Mapping[str, str], problems: list[str]) -> Any:
    if isinstance(value, dict):
        return {k: _resolve(v, f"{key}.{k}".lstrip("."), environ, problems) for k, v in value.items()}
    if isinstance(value, list):
        return tuple(_resolve(v, f"{key}[{i}]", environ, problems) for i, v in enumerate(value))
    if not isinstance(value, str):
        return value
    if value.startswith("env:"):
        name = value.removeprefix("env:")
        if not environ.get(name):
            problems.append(f"{key}: the environment variable {name} is not set")
        return environ.get(name, "")
    if value.startswith("file:"):
        try:
            return Path(value.removeprefix("file:")).read_text("utf-8").strip()
        except OSError as error:
            problems.append(f"{key}: {error}")
            return ""
    if PLACEHOLDER in value:
        problems.append(f"{key}: still holds the placeholder {value!r}")
    return value
