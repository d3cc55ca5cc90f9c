"""The emulated platforms together: their corps and organisations, the phones of the members, the groups they are in."""

from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import ClientSession

from bot.sandbox.clock import SandboxClock
from bot.sandbox.dingtalk.gateway import Gateway
from bot.sandbox.dingtalk.inbound import Messenger
from bot.sandbox.dingtalk.line import DingTalkLine
from bot.sandbox.dingtalk.org import CustomRobot, GroupChat, Org
from bot.sandbox.dingtalk.org import Member as DingTalkMember
from bot.sandbox.dingtalk.org import Switches as DingTalkSwitches
from bot.sandbox.faults import Faults
from bot.sandbox.phones import Chat, Group, Outcome, Phone, Seen
from bot.sandbox.watchers import Watchers
from bot.sandbox.wecom.corp import App, AppChat, Corp, Member, Robot, Switches
from bot.sandbox.wecom.delivery import Courier
from bot.sandbox.wecom.line import WeComLine

DELIVERIES = 50
APP_TITLE = "运维服务台"
ZONE = ZoneInfo("Asia/Shanghai")
MORNING = time(8, 30)

Skip = Callable[[timedelta], Awaitable[None]]
Explain = Callable[[str], Awaitable[dict[str, Any]]]
Overview = Callable[[], Awaitable[dict[str, Any]]]


@dataclass
class _GroupChat:
    """A group: the phones of its members, and all that was said in it."""

    id: str
    title: str
    phones: list[Phone] = field(default_factory=list)
    all: list[Seen] = field(default_factory=list)


class Sandbox:
    """Everything that is emulated. `on_skip` skips time, this clock included, where others go with it.

    `explain` says what the bot makes of a text and `overview` how the desk stands; without a desk there is neither.
    `next_morning` may know the days on which nobody works.
    """

    def __init__(self, clock: SandboxClock | None = None, switches: Switches | None = None) -> None:
        self.clock = clock or SandboxClock()
        self.faults = Faults()
        self.on_skip: Skip | None = None
        self.explain: Explain | None = None
        self.overview: Overview | None = None
        self.next_morning: Callable[[datetime], datetime] = _next_morning
        self.corps: dict[str, Corp] = {}
        self.orgs: dict[str, Org] = {}
        self.phones: dict[str, Phone] = {}
        self.deliveries: deque[dict[str, Any]] = deque(maxlen=DELIVERIES)
        self.watchers = Watchers()
        self.gateway = Gateway(self.orgs, self.faults, self.clock)
        self.session: ClientSession | None = None
        """What callbacks go out by, while it is served."""
        self._switches = switches or Switches()
        self._groups: dict[str, _GroupChat] = {}
        self._lines: dict[str, WeComLine | DingTalkLine] = {}
        self._base = ""
        self._courier = Courier(self.clock, self.faults, self._outgoing)
        self._messenger = Messenger(self.gateway, self.faults, self._outgoing)

    def add_wecom(
        self, *, corp_id: str, agent_id: int, secret: str, token: str, aes_key: str, callback_url: str,
        members: Sequence[Mapping[str, Any]], chats: Sequence[Mapping[str, Any]] = (), robots: Sequence[Mapping[str, Any]] = (),
    ) -> Corp:  # fmt: skip
        """A corp with one self-built app, its members' phones and its groups."""
        corp = Corp(corp_id, self.clock, self.faults, self._switches)
        app = App(agent_id, secret, token, aes_key, callback_url)
        corp.apps[agent_id] = app
        line = WeComLine(corp, app, self._courier, lambda userid: self.phones.get(f"wecom:{corp_id}:{userid}"))
        self._lines[corp_id] = line
        for about in members:
            member = Member(about["userid"], about["name"], about.get("label", ""), bool(about.get("phone", True)))
            corp.members[member.userid] = member
            self._add_phone("wecom", corp_id, member, line)
        for about in chats:
            users = list(about["members"])
            corp.chats[about["chatid"]] = AppChat(about["chatid"], about["name"], users[0], users, agent_id)
            self._add_group("wecom", corp_id, about["chatid"], about["name"], users)
        for about in robots:
            corp.robots[about["key"]] = Robot(about["key"], about["name"])
            self._add_group("wecom", corp_id, about["key"], about["name"], about.get("members", ()))
        corp.on_show = lambda shown: line.shown(shown, _Groups(self, corp))
        corp.on_replace = line.replaced
        corp.on_recall = lambda msgid: self._recalled(f"wecom:{corp_id}", msgid)
        self.corps[corp_id] = corp
        return corp

    def add_dingtalk(
        self, *, corp_id: str, client_id: str, client_secret: str, robot_code: str, members: Sequence[Mapping[str, Any]],
        groups: Sequence[Mapping[str, Any]] = (), robots: Sequence[Mapping[str, Any]] = (), templates: Sequence[str] = (),
        mode: str = "stream", callback_url: str = "", switches: DingTalkSwitches | None = None,
    ) -> Org:  # fmt: skip
        """An organisation with one enterprise robot, its members' phones and its groups."""
        org = Org(
            corp_id, client_id, client_secret, robot_code, self.clock, self.faults, switches or DingTalkSwitches(),
            mode, callback_url,
        )  # fmt: skip
        org.templates |= set(templates)
        line = DingTalkLine(
            org, self._messenger, lambda userid: self.phones.get(f"dingtalk:{corp_id}:{userid}"), lambda: self._base,
            lambda chat: self._groups[f"{corp_id}:{chat}"],
        )  # fmt: skip
        self._lines[corp_id] = line
        for about in members:
            member = DingTalkMember(
                about["userid"], about["name"], about.get("label", ""), bool(about.get("phone", True))
            )
            org.members[member.userid] = member
            self._add_phone("dingtalk", corp_id, member, line)
        for about in groups:
            users = list(about["members"])
            org.groups[about["id"]] = GroupChat(about["id"], about["name"], users, bool(about.get("robot", True)))
            self._add_group("dingtalk", corp_id, about["id"], about["name"], users)
        for about in robots:
            org.robots[about["token"]] = CustomRobot(
                about["token"], about["name"], about["id"], about.get("secret", "")
            )
        org.on_show, org.on_card = line.shown, line.changed
        org.on_recall = lambda key: self._recalled(f"dingtalk:{corp_id}", key)
        self.orgs[corp_id] = org
        return org

    def phone(self, platform: str, corp_id: str, userid: str) -> Phone:
        """A member's phone. Raises KeyError when there is none."""
        return self.phones[f"{platform}:{corp_id}:{userid}"]

    def group(self, platform: str, corp_id: str, chat_id: str) -> Group:
        """A group, by its chat id or robot key."""
        known = self._groups[f"{corp_id}:{chat_id}"]
        return Group(Chat(known.id, known.title, "group", known.all))

    def line(self, corp_id: str) -> WeComLine:
        """The corp's line, for acts no phone offers (links, videos, raw events). Raises KeyError for another platform's."""
        line = self._lines[corp_id]
        if not isinstance(line, WeComLine):
            raise KeyError(corp_id)
        return line

    def dingtalk_line(self, corp_id: str) -> DingTalkLine:
        """The org's line, for acts no phone offers (rich text, quotes). Raises KeyError for another platform's."""
        line = self._lines[corp_id]
        if not isinstance(line, DingTalkLine):
            raise KeyError(corp_id)
        return line

    def serve_at(self, base: str) -> None:
        """Where this server is reached: session webhooks point there."""
        self._base = base

    async def verify(self, corp_id: str) -> bool:
        """What saving the callback URL in the admin console does."""
        corp = self.corps[corp_id]
        return await self._courier.verify(corp, next(iter(corp.apps.values())))

    def _outgoing(self) -> ClientSession:
        if self.session is None:
            raise RuntimeError("the sandbox is not being served")
        return self.session

    def _add_phone(
        self, platform: str, corp_id: str, member: Member | DingTalkMember, line: WeComLine | DingTalkLine
    ) -> None:
        id = f"{platform}:{corp_id}:{member.userid}"
        self.phones[id] = Phone(
            id, member.userid, member.name, member.label, member.phone, line, self.clock,
            self._changed, self._delivered, APP_TITLE,
        )  # fmt: skip

    def _add_group(self, platform: str, corp_id: str, chat_id: str, name: str, users: Sequence[str]) -> _GroupChat:
        group = _GroupChat(f"group:{chat_id}", name)
        for userid in users:
            phone = self.phones[f"{platform}:{corp_id}:{userid}"]
            phone.chats[group.id] = Chat(group.id, name, "group")
            group.phones.append(phone)
        self._groups[f"{corp_id}:{chat_id}"] = group
        return group

    def _group_of(self, corp: Corp, chat_id: str) -> _GroupChat:
        """The group of a chat; one created through the API appears with its first message."""
        known = self._groups.get(f"{corp.corp_id}:{chat_id}")
        chat = corp.chats.get(chat_id)
        if known is None and chat is not None:
            known = self._add_group("wecom", corp.corp_id, chat_id, chat.name, chat.members)
        if known is None:
            raise KeyError(chat_id)
        return known

    def _recalled(self, of: str, msgid: str) -> None:
        for phone in self.phones.values():
            for seen in phone.messages:
                if phone.id.startswith(f"{of}:") and seen.msgid == msgid:
                    seen.recalled = True
                    phone.touched()

    def _changed(self, phone_id: str) -> None:
        self.watchers.tell("change", {"phones": [phone_id]})

    def _delivered(self, phone: Phone, outcome: Outcome) -> None:
        self.deliveries.append(
            {
                "at": self.clock.now().isoformat(), "phone": phone.name, "what": outcome.what, "status": outcome.status,
                "tries": outcome.tries, "ms": outcome.ms,
            }
        )  # fmt: skip
        self._changed(phone.id)


class _Groups(Mapping[str, Any]):
    """The groups of one corp by chat id or robot key."""

    def __init__(self, sandbox: Sandbox, corp: Corp) -> None:
        self._sandbox, self._corp = sandbox, corp

    def __getitem__(self, chat_id: str) -> _GroupChat:
        return self._sandbox._group_of(self._corp, chat_id)

    def __iter__(self) -> Any:
        return iter(self._corp.chats)

    def __len__(self) -> int:
        return len(self._corp.chats)


def _next_morning(now: datetime) -> datetime:
    return datetime.combine(now.astimezone(ZONE).date() + timedelta(days=1), MORNING, ZONE)
