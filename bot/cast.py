"""The synthetic cast of the demo, the story and the tests: an agency on WeCom, a provider on DingTalk, one desk for both."""

import secrets
import string
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from bot.core.calendar import WorkingTime
from bot.core.duty import Kind, Span
from bot.core.permits import PERMITS
from bot.core.updates import Account
from bot.desk.roster_sheets import RosterRow
from bot.desk.spreadsheets import Row
from bot.sandbox.platforms import Sandbox

CORP, AGENT, CONNECTION = "ww7f1c2d3e4a5b6c7d", 1000002, "gov"
ORG, CLIENT, PROVIDER = "ding9f50b15bccd16741", "dingoa1robotkey", "provider"
DUTY_CHAT, INCIDENT_CHAT = "dutyroom", "incidentroom"
INCIDENT_GROUP = "cidIncidentRoom=="
TEMPLATE = "yunwei-ticket.schema"
INSPECTIONS = {"市民政局": ("ups-battery/day",)}
"""What is inspected in the demo, as `[desk.inspections]` has it: a round each workday morning, of the UPS."""


@dataclass(frozen=True)
class Actor:
    """Somebody of the synthetic cast. `unknown` people are members of the corp whom no sheet has imported."""

    userid: str
    name: str
    unit: str
    label: str
    positions: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()
    phone: str = ""
    shown: bool = True
    unknown: bool = False
    platform: str = "wecom"
    also: bool = False
    """Has a second account, on the other platform."""
    permits: tuple[str, ...] = ()


CAST = (
    Actor("limei", "李梅", "市民政局", "市民政局 · 报障人", ("reporter",), phone="13800000001"),
    Actor("chenzhi", "陈志", "市司法局", "市司法局 · 报障人", ("reporter",), phone="13800000002"),
    Actor(
        "wangqiang",
        "王强",
        "市民政局",
        "技术员 · 驻民政局",
        ("engineer-l1",),
        ("desktop", "print", "av", "network"),
        "13900000001",
        also=True,
    ),
    Actor(
        "zhaolei",
        "赵磊",
        "服务方",
        "技术员 · 机动",
        ("engineer-l2",),
        ("desktop", "print", "av", "network", "cabling", "server", "facility", "physec", "voice"),
        "13900000002",
        platform="dingtalk",
        permits=PERMITS,
    ),
    Actor("zhoumin", "周敏", "服务方", "服务台坐席", ("service-desk",), phone="13900000003"),
    Actor("hetao", "何涛", "服务方", "值班经理 · 事件群", ("duty-manager",), phone="13900000004"),
    Actor("huangxin", "黄欣", "市交通局", "市交通局 · 报障人", ("reporter",), phone="13800000005", platform="dingtalk"),
    Actor(
        "linfang",
        "林芳",
        "市民政局",
        "市民政局 · 联络员、保密员",
        ("unit-liaison", "secrecy-officer"),
        phone="13800000003",
    ),
    Actor("wufan", "吴凡", "市民政局", "市民政局 · 报障人", ("reporter",), phone="13800000004", shown=False),
    Actor("sunan", "孙安", "服务方", "安全联络员", ("infosec-liaison",), phone="13900000005", shown=False),
    Actor("guest", "新同事", "", "未登记", shown=False, unknown=True),
)


@dataclass(frozen=True)
class Hours:
    """When somebody of the cast works, local time: on workdays, or every day."""

    on: tuple[time, time]
    lunch: tuple[time, time]
    every_day: bool = False


HOURS = {
    "王强": Hours((time(8), time(17, 30)), (time(12), time(13))),
    "赵磊": Hours((time(8), time(20)), (time(13), time(14)), every_day=True),
}
"""The roster of the demo; whoever is not in it is there by his own word."""
ROSTERED_DAYS = 30
"""So many days of it: time can be skipped as far."""


def roster(first: date, working: WorkingTime) -> list[RosterRow]:
    """The roster as the sheet has it, from a local day on."""
    rows: list[RosterRow] = []
    for day in (first + timedelta(days=n) for n in range(ROSTERED_DAYS)):
        for name, hours in HOURS.items():
            if hours.every_day or working.works(day):
                for kind, (start, end) in ((Kind.ON, hours.on), (Kind.LUNCH, hours.lunch)):
                    begin, stop = (datetime.combine(day, at, working.zone).astimezone(UTC) for at in (start, end))
                    rows.append(RosterRow(len(rows) + 2, day, name, "", Span(kind, begin, stop)))
    return rows


def accounts(actor: Actor) -> list[Account]:
    """Where somebody can be written to, his own platform first."""
    own = Account(platform="wecom", corp_id=CORP, user_id=actor.userid)
    other = Account(platform="dingtalk", corp_id=ORG, user_id=actor.userid)
    first, second = (own, other) if actor.platform == "wecom" else (other, own)
    return [first, second] if actor.also else [first]


def rows() -> list[Row]:
    """The cast as the people sheet has it."""
    return [
        Row(
            number=index,
            name=actor.name,
            phone=actor.phone,
            unit=actor.unit,
            positions=list(actor.positions),
            skills=list(actor.skills),
            areas=[],
            accounts=accounts(actor),
            permits=dict.fromkeys(actor.permits, ""),
        )
        for index, actor in enumerate(CAST, start=2)
        if not actor.unknown
    ]


def _letters(count: int, alphabet: str = string.ascii_letters + string.digits) -> str:
    return "".join(secrets.choice(alphabet) for _ in range(count))


@dataclass(frozen=True)
class Keys:
    """The credentials of both connections, fresh each time unless given."""

    secret: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)
    token: str = field(default_factory=lambda: _letters(16, string.ascii_letters), repr=False)
    aes: str = field(default_factory=lambda: _letters(43), repr=False)
    client_secret: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)


def populate(sandbox: Sandbox, keys: Keys, bot_url: str, mode: str = "stream") -> None:
    """Put the cast's phones and groups on the emulated platforms; callbacks go to `bot_url`. `mode` is DingTalk's."""
    staff = [a.userid for a in _of("wecom") if a.unit == "服务方" or a.skills]
    sandbox.add_wecom(
        corp_id=CORP,
        agent_id=AGENT,
        secret=keys.secret,
        token=keys.token,
        aes_key=keys.aes,
        callback_url=f"{bot_url}/wecom/{CONNECTION}/callback",
        members=[_member(a, "wecom") for a in _of("wecom")],
        chats=[
            {"chatid": DUTY_CHAT, "name": "值班群", "members": staff},
            {"chatid": INCIDENT_CHAT, "name": "重大事件群", "members": ["hetao", "zhoumin"]},
        ],
        robots=[],
    )
    sandbox.add_dingtalk(
        corp_id=ORG,
        client_id=CLIENT,
        client_secret=keys.client_secret,
        robot_code=CLIENT,
        members=[_member(a, "dingtalk") for a in _of("dingtalk")],
        groups=[{"id": INCIDENT_GROUP, "name": "重大事件群", "members": ["zhaolei"]}],
        templates=[TEMPLATE],
        mode=mode,
        callback_url=f"{bot_url}/dingtalk/{PROVIDER}/callback",
    )


def connections(keys: Keys, api_base: str, template: str = "", mode: str = "stream") -> dict[str, Any]:
    """The sections of a configuration that reach both emulated platforms; `template` names the card template, if any."""
    return {
        "wecom": (
            {
                "name": CONNECTION,
                "corp_id": CORP,
                "agent_id": AGENT,
                "secret": keys.secret,
                "token": keys.token,
                "encoding_aes_key": keys.aes,
                "api_base": api_base,
            },
        ),
        "dingtalk": (
            {
                "name": PROVIDER,
                "corp_id": ORG,
                "client_id": CLIENT,
                "client_secret": keys.client_secret,
                "robot_code": CLIENT,
                "api_base": api_base,
                "oapi_base": api_base,
                "card_template_id": template,
                "card_route_key": PROVIDER if mode == "http" and template else "",
                "mode": mode,
            },
        ),
        "groups": {
            "duty": f"wecom:{CONNECTION}:chat:{DUTY_CHAT}",
            "incident": (f"wecom:{CONNECTION}:chat:{INCIDENT_CHAT}", f"dingtalk:{PROVIDER}:chat:{INCIDENT_GROUP}"),
        },
    }


def heard_at() -> Mapping[tuple[str, str], str]:
    """The connection by platform and corp."""
    return {("wecom", CORP): CONNECTION, ("dingtalk", ORG): PROVIDER}


def _of(platform: str) -> list[Actor]:
    return [a for a in CAST if a.platform == platform or a.also]


def _member(actor: Actor, platform: str) -> dict[str, Any]:
    shown = actor.shown and actor.platform == platform
    return {"userid": actor.userid, "name": actor.name, "label": actor.label, "phone": shown}
