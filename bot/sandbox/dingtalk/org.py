"""One organisation on the emulated DingTalk: members, groups, robot, tokens, messages, cards, quotas.

It knows the rules that need memory; the HTTP side asks it and shows what it allows. Raises `Refused` with the platform's
own code.
"""

import itertools
import secrets
from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any

from bot.sandbox.clock import SandboxClock
from bot.sandbox.faults import Faults

TOKEN_LIFE = timedelta(seconds=7200)
SESSION_LIFE = timedelta(minutes=90)
CODE_LIFE = timedelta(hours=2)
RECALL_LIFE = timedelta(hours=24)
CHINA = timezone(timedelta(hours=8))
QPS = 20
ROBOT_PER_MINUTE = 20
ROBOT_BARRED = timedelta(minutes=10)


class Refused(Exception):
    """A call is refused: HTTP `status` and the textual code of a new API, or the number of an old one."""

    def __init__(self, code: str, message: str = "", status: int = 400) -> None:
        super().__init__(code)
        self.code, self.message, self.status = code, message or code, status


@dataclass
class Switches:
    """What the documents leave open. The defaults are the worse for whoever builds on it."""

    redeliver_after_s: tuple[float, ...] = (16.0, 60.0)
    """A robot frame without acknowledgement comes again, with the same msgId and a new messageId."""
    dtmd_works: bool = True
    """A button with a dtmd link sends its line (undocumented for action cards)."""
    session_in_private: bool = False
    """Whether the session webhook works in a 1:1 chat."""
    session_counts: bool = True
    reads_directory: bool = True
    """The app has the scopes for members and departments; otherwise 88 with sub_code 60011."""
    names_hidden: bool = False
    """Members and departments are answered without their names (fields the admin withholds)."""
    api_calls_per_month: int = 200_000
    stream_messages_per_month: int = 50_000
    closes_after_disconnect_s: float = 10.0


@dataclass
class Member:
    userid: str
    name: str
    label: str = ""
    phone: bool = True
    visible: bool = True
    departments: tuple[int, ...] = (1,)


@dataclass(frozen=True)
class Department:
    id: int
    name: str
    parent: int = 1


@dataclass
class GroupChat:
    """`conversation_id` is the openConversationId; `robot_in` says whether our robot was added."""

    conversation_id: str
    name: str
    members: list[str]
    robot_in: bool = True


@dataclass
class CustomRobot:
    """A group's custom robot: its access token, and the secret that signs calls (empty: none asked for)."""

    token: str
    name: str
    conversation_id: str
    secret: str = ""
    sent: deque[datetime] = field(default_factory=deque)
    barred_until: datetime | None = None
    seen: set[str] = field(default_factory=set)


@dataclass
class Sent:
    """A message the robot sent: who saw it (userids, or one conversation id)."""

    key: str
    at: datetime
    users: tuple[str, ...] = ()
    conversation_id: str = ""
    recalled: bool = False


@dataclass
class Card:
    """An interactive card: its variables, and to whom it was delivered."""

    track_id: str
    template: str
    callback: str
    data: dict[str, str]
    users: list[str] = field(default_factory=list)
    route: str = ""
    """The route key whose address hears of presses; empty for a card that answers by stream."""


@dataclass(frozen=True)
class Stored:
    data: bytes
    content_type: str


@dataclass(frozen=True)
class Shown:
    """What appears on screens: in a member's chat with the robot, or in a group."""

    where: str
    to: str
    key: str
    kind: str
    body: Mapping[str, Any]


class Org:
    """`mode` is how the robot hears: "stream" or "http" (then `callback_url` is posted to)."""

    def __init__(
        self, corp_id: str, client_id: str, client_secret: str, robot_code: str, clock: SandboxClock, faults: Faults,
        switches: Switches, mode: str = "stream", callback_url: str = "",
    ) -> None:  # fmt: skip
        self.corp_id, self.client_id, self.client_secret, self.robot_code = (
            corp_id,
            client_id,
            client_secret,
            robot_code,
        )
        self.clock, self.faults, self.switches = clock, faults, switches
        self.mode, self.callback_url = mode, callback_url
        self.members: dict[str, Member] = {}
        self.departments: dict[int, Department] = {}
        """Those below the root, which bears the organisation's id."""
        self.groups: dict[str, GroupChat] = {}
        self.robots: dict[str, CustomRobot] = {}
        self.templates: set[str] = set()
        self.routes: dict[str, tuple[str, str]] = {}
        """Address and secret for card presses, by route key."""
        self.cards: dict[str, Card] = {}
        self.sent: dict[str, Sent] = {}
        self.media: dict[str, Stored] = {}
        self.calls: dict[str, int] = defaultdict(int)
        """Paid API calls by month."""
        self.stream: dict[str, int] = defaultdict(int)
        """Webhook and stream messages by month."""
        self.flow_controlled: set[str] = set()
        """Members whose next message is refused by flow control, inside a successful answer."""
        self.on_show: Callable[[Shown], None] = lambda shown: None
        self.on_recall: Callable[[str], None] = lambda key: None
        self.on_card: Callable[[Card], None] = lambda card: None
        self._tokens: dict[str, datetime] = {}
        self._codes: dict[str, tuple[str, datetime]] = {}
        self._sessions: dict[str, tuple[str, str, datetime]] = {}
        self._rates: dict[str, deque[datetime]] = defaultdict(deque)
        self._numbers = itertools.count(1)

    def number(self) -> int:
        return next(self._numbers)

    def new_token(self) -> str:
        """The same token while it is valid, its life renewed (protocol section 2)."""
        now = self.clock.now()
        token = next((t for t, until in self._tokens.items() if until > now), "") or secrets.token_hex(16)
        self._tokens[token] = now + TOKEN_LIFE
        return token

    def holds(self, token: str) -> bool:
        return self._tokens.get(token, self.clock.now()) > self.clock.now()

    def expire_tokens(self) -> None:
        self._tokens.clear()

    def paid(self, api: str) -> None:
        """Count a paid call. Raises Refused when the app is too quick or the month's calls are used up."""
        if not self.in_pace(api):
            raise Refused("Forbidden.AccessDenied.QpsLimitForAppkeyAndApi", "qps limit", 403)
        if self.calls[self._month()] >= self.switches.api_calls_per_month:
            raise Refused("Forbidden.AccessDenied.ApiCountLimitForOrg", "monthly quota used up", 403)
        self._rates[api].append(self.clock.now())
        self.calls[self._month()] += 1

    def free(self, api: str) -> None:
        """Count a call that costs nothing (contacts). Raises Refused when the app is too quick, as the old API says it."""
        if not self.in_pace(api):
            raise Refused("90018", "qps limit")
        self._rates[api].append(self.clock.now())

    def in_pace(self, api: str) -> bool:
        """Whether one more call to it within this second is allowed."""
        now, times = self.clock.now(), self._rates[api]
        while times and now - times[0] >= timedelta(seconds=1):
            times.popleft()
        return len(times) < QPS

    def department(self, id: int) -> Department | None:
        return Department(1, self.corp_id, 0) if id == 1 else self.departments.get(id)

    def streamed(self) -> bool:
        """Count a webhook or stream message. False when the month's are used up: the content is withheld."""
        self.stream[self._month()] += 1
        return self.stream[self._month()] <= self.switches.stream_messages_per_month

    def keep(self, data: bytes, content_type: str) -> str:
        """Store a file; the id serves as mediaId and on screens."""
        id = f"@lALPD{self.number():06d}{secrets.token_hex(4)}"
        self.media[id] = Stored(data, content_type)
        return id

    def new_code(self, media_id: str) -> str:
        """A download code for a file somebody sent."""
        code = f"dc{secrets.token_urlsafe(24)}"
        self._codes[code] = (media_id, self.clock.now() + CODE_LIFE)
        return code

    def media_of(self, code: str) -> str:
        """Raises Refused for an unknown or old code."""
        media_id, until = self._codes.get(code, ("", self.clock.now()))
        if until <= self.clock.now():
            raise Refused("invalidParameter.downloadCode", "download code unknown or expired")
        return media_id

    def new_session(self, userid: str, conversation_id: str) -> tuple[str, datetime]:
        """The secret part of a session webhook, and when it dies."""
        session, until = secrets.token_hex(16), self.clock.now() + SESSION_LIFE
        self._sessions[session] = (userid, conversation_id, until)
        return session, until

    def session_of(self, session: str) -> tuple[str, str]:
        """(userid, group's conversation id or ""). Raises Refused 300001."""
        userid, conversation_id, until = self._sessions.get(session, ("", "", self.clock.now()))
        if until <= self.clock.now():
            raise Refused("300001", "session 不存在")
        return userid, conversation_id

    def reaches(self, userid: str) -> bool:
        member = self.members.get(userid)
        return member is not None and member.visible

    def remember(self, sent: Sent) -> None:
        self.sent[sent.key] = sent

    def recall(self, key: str, conversation_id: str = "") -> bool:
        """Whether the message could be taken back: known there, not recalled, within 24 hours."""
        found = self.sent.get(key)
        if (
            found is None
            or found.conversation_id != conversation_id
            or found.recalled
            or self.clock.now() - found.at > RECALL_LIFE
        ):
            return False
        found.recalled = True
        self.on_recall(key)
        return True

    def _month(self) -> str:
        return f"{self.clock.now().astimezone(CHINA):%Y-%m}"
