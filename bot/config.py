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


class DingTalkSection(_Section):
    """One enterprise robot (企业内部应用机器人)."""

    name: str = Field(pattern=r"^[a-z0-9-]{1,32}$")
    mode: Literal["stream", "http"] = "stream"
    corp_id: str
    client_id: str
    client_secret: str = Field(repr=False)
    robot_code: str
    api_base: str = "https://api.dingtalk.com"
    oapi_base: str = "https://oapi.dingtalk.com"
    card_template_id: str = ""
    card_route_key: str = ""
    event_token: str = Field(default="", repr=False)
    event_aes_key: str = Field(default="", repr=False)
    proxy: str = ""


class Robot(_Section):
    """A group's custom robot, written to by its webhook; `secret` signs the calls of a DingTalk robot (加签)."""

    platform: Literal["wecom", "dingtalk"]
    url: str = Field(repr=False)
    secret: str = Field(default="", repr=False)


class SpeechSection(_Section):
    """An optional service that turns recordings into words; see `delivery.speech` for its contract."""

    url: str = ""
    token: str = Field(default="", repr=False)

    @field_validator("url")
    @classmethod
    def _address(cls, value: str) -> str:
        if value and not value.startswith(("http://", "https://")):
            raise ValueError("must begin with http:// or https://")
        return value


class Desk(_Section):
    timezone: str = "Asia/Shanghai"
    hotline: str = ""
    fallback_owner: str = ""
    room_key: str = Field(default="", repr=False)
    """Seals the rooms' labels, so that they prove an arrival. Empty: they do not."""
    levels: dict[str, Any] = Field(default_factory=dict)
    """Overrides of the service levels, in the structure of knowledge/service_levels.yaml."""
    inspections: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """Unit, or unit/site → what is inspected there: items, `item/interval`, or `assets`. Empty: no rounds are planned."""

    @field_validator("timezone")
    @classmethod
    def _zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError):
            raise ValueError(f"{value!r} is not a time zone name") from None
        return value


GroupAddress = str | Robot


class Config(_Section):
    http: Http = Http()
    database: DatabaseSection = DatabaseSection()
    wecom: tuple[WeComSection, ...] = ()
    dingtalk: tuple[DingTalkSection, ...] = ()
    groups: dict[Literal["duty", "incident", "manager"], GroupAddress | tuple[GroupAddress, ...]] = Field(
        default_factory=dict
    )
    speech: SpeechSection = SpeechSection()
    desk: Desk = Desk()

    @model_validator(mode="after")
    def _consistent(self) -> "Config":
        names = self.connections()
        if len(names) != len(self.wecom) + len(self.dingtalk):
            raise ValueError("two connections have the same name")
        self.group_targets()
        return self

    def connections(self) -> dict[str, str]:
        """Platform by name of connection."""
        return {w.name: "wecom" for w in self.wecom} | {d.name: "dingtalk" for d in self.dingtalk}

    def corps(self) -> dict[tuple[str, str], str]:
        """Connection by platform and corp: through which somebody there is written to before he was ever heard."""
        return {("wecom", w.corp_id): w.name for w in self.wecom} | {
            ("dingtalk", d.corp_id): d.name for d in self.dingtalk
        }

    def group_targets(self) -> dict[str, tuple[Target, ...]]:
        """The configured groups as addresses. Raises ValueError for one that cannot be written to."""
        names = self.connections()
        return {
            name: tuple(parse_group(group, names) for group in _listed(value) if group)
            for name, value in self.groups.items()
        }

    def robot_secrets(self) -> tuple[tuple[str, str], ...]:
        """Address and signing secret of the custom robots that have one."""
        robots = (g for value in self.groups.values() for g in _listed(value) if isinstance(g, Robot))
        return tuple((robot.url, robot.secret) for robot in robots if robot.secret)

    def redacted(self) -> dict[str, Any]:
        """For `check` and the log: secrets are shown as set or not."""
        data = self.model_dump(mode="json")
        for section in (*data["wecom"], *data["dingtalk"], data["speech"], data["desk"]):
            for key in SECRET_KEYS & section.keys():
                section[key] = "(set)" if section[key] else "(missing)"
        for name, value in data["groups"].items():
            data["groups"][name] = [_hidden(group) for group in _listed(value)]
        return data


SECRET_KEYS = {"secret", "token", "encoding_aes_key", "client_secret", "event_token", "event_aes_key", "room_key"}


def _listed(value: Any) -> tuple[Any, ...]:
    return tuple(value) if isinstance(value, list | tuple) else (value,)


def _hidden(group: Any) -> Any:
    """A group's address without what lets anybody write to it."""
    if isinstance(group, str):
        return "webhook:(set)" if group.startswith("webhook:") else group
    return {"platform": group["platform"], "url": "(set)", "secret": "(set)" if group["secret"] else "(missing)"}


def parse_group(group: GroupAddress, connections: Mapping[str, str]) -> Target:
    """`wecom:NAME:chat:ID`, `dingtalk:NAME:chat:ID`, `webhook:URL` or a `Robot` as an address. Raises ValueError."""
    if isinstance(group, Robot) or group.startswith("webhook:"):
        url = group.url if isinstance(group, Robot) else group.removeprefix("webhook:")
        known = group.platform if isinstance(group, Robot) else "dingtalk" if "dingtalk" in url else "wecom"
        carrier = next((name for name, platform in connections.items() if platform == known), "")
        if not carrier:
            raise ValueError(f"a group's webhook needs at least one [[{known}]] connection to send through")
        return Target(kind="webhook", platform=known, connection=carrier, id=url)
    parts = group.split(":", 3)
    if len(parts) != 4 or parts[0] not in ("wecom", "dingtalk") or parts[2] != "chat" or not parts[3]:
        raise ValueError(f"group {group!r}: write wecom:NAME:chat:ID, dingtalk:NAME:chat:ID or webhook:URL")
    if connections.get(parts[1]) != parts[0]:
        raise ValueError(f"group {group!r}: no {parts[0]} connection is named {parts[1]!r}")
    return Target(kind="chat", platform=parts[0], connection=parts[1], id=parts[3])


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
