"""The state of one emulated corp: members, apps, groups, tokens, codes, media. In memory, as long as the sandbox lives."""

import itertools
import math
import secrets
import string
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot.sandbox.clock import SandboxClock
from bot.sandbox.faults import Faults
from bot.sandbox.wecom.limits import Refused

TOKEN_LIFE = timedelta(seconds=7200)
CODE_LIFE = timedelta(hours=72)
MEDIA_LIFE = timedelta(days=3)
RECALL_LIFE = timedelta(hours=24)
WRONG_SECRETS = 5
BLOCK = timedelta(hours=1)
_URL = string.ascii_letters + string.digits


@dataclass(frozen=True)
class Switches:
    """Facts the documentation leaves open. The defaults are the worse for an app."""

    retry_repeats_nonce: bool = True
    """A retried callback carries the same signature, timestamp and nonce."""
    same_token_again: bool = True
    """gettoken answers the token it gave before while that lives; otherwise a new one ends the old."""
    over_rate_is_silent: bool = True
    """Messages beyond a member's 30 a minute vanish with errcode 0; otherwise 45009."""
    refuse_escapes: bool = True
    """A body with \\uXXXX escapes is refused (40033)."""
    reads_directory: bool = True
    """The app may ask for members and departments; otherwise 48002."""
    names_hidden: bool = False
    """Members are answered with their id for a name, departments without one (what the corp's admin may set)."""


@dataclass(frozen=True)
class Member:
    userid: str
    name: str
    label: str = ""
    phone: bool = True
    departments: tuple[int, ...] = (1,)
    """Their ids, the main one first."""


@dataclass(frozen=True)
class Department:
    id: int
    name: str
    parent: int = 1


@dataclass(frozen=True)
class App:
    agent_id: int
    secret: str
    token: str
    aes_key: str
    callback_url: str
    visible: frozenset[str] | None = None
    """User ids that may use it; None: all."""


@dataclass
class AppChat:
    chatid: str
    name: str
    owner: str
    members: list[str]
    agent_id: int


@dataclass(frozen=True)
class Robot:
    key: str
    name: str


@dataclass(frozen=True)
class Media:
    name: str
    content_type: str
    data: bytes
    at: datetime
    robot: str = ""
    """The key of the group robot it was uploaded for, and which alone may use it."""


@dataclass(frozen=True)
class Shown:
    """A message as the client of one member, group or robot group shows it."""

    where: str
    to: str
    msgid: str
    agent_id: int | None
    kind: str
    body: dict[str, Any]


@dataclass(frozen=True)
class Replaced:
    """A card changed on one member's phone: its buttons by a label, or the whole card.

    `task_id` is the one this member's copy bore until now; a new card may bring another.
    """

    task_id: str
    agent_id: int
    userid: str
    replace_name: str | None
    card: dict[str, Any] | None


@dataclass
class Sent:
    """A message that was sent, for recall and for updates."""

    agent_id: int
    at: datetime
    users: tuple[str, ...]
    """Who got it."""
    task_ids: dict[str, str] = field(default_factory=dict)
    """The task_id each of their copies bears now."""


@dataclass
class Code:
    """A response code: one card of one app, once, 72 hours."""

    agent_id: int
    task_id: str
    at: datetime
    used: bool = False


def _nothing(_: Any) -> None:
    return None


@dataclass
class Corp:
    """One corp. `on_show`, `on_replace`, `on_recall` are told what people see."""

    corp_id: str
    clock: SandboxClock
    faults: Faults
    switches: Switches = field(default_factory=Switches)
    members: dict[str, Member] = field(default_factory=dict)
    apps: dict[int, App] = field(default_factory=dict)
    chats: dict[str, AppChat] = field(default_factory=dict)
    robots: dict[str, Robot] = field(default_factory=dict)
    media: dict[str, Media] = field(default_factory=dict)
    sent: dict[str, Sent] = field(default_factory=dict)
    cards: dict[tuple[int, str], str] = field(default_factory=dict)
    """(app, task_id) → msgid of the card that bears or bore it."""
    menus: dict[int, dict[str, Any]] = field(default_factory=dict)
    departments: dict[int, Department] = field(default_factory=dict)
    """Those below the root, which bears the corp's id."""
    on_show: Callable[[Shown], None] = _nothing
    on_replace: Callable[[Replaced], None] = _nothing
    on_recall: Callable[[str], None] = _nothing

    def __post_init__(self) -> None:
        self._tokens: dict[str, tuple[int, datetime]] = {}
        self._codes: dict[str, Code] = {}
        self._wrong = 0
        self._blocked_until: datetime | None = None
        self._bodies: dict[tuple[int, bytes], datetime] = {}
        self._rates: dict[tuple[str, ...], deque[datetime]] = defaultdict(deque)
        self._msgids = itertools.count(7_000_000_000_000_000_001)

    def department(self, id: int) -> Department | None:
        return Department(1, self.corp_id, 0) if id == 1 else self.departments.get(id)

    def next_msgid(self) -> int:
        return next(self._msgids)

    def new_msgid(self) -> str:
        """The id that message/send answers."""
        return f"MSG{self.next_msgid()}"

    def by_userid(self, userid: str) -> Member | None:
        """The member with this id, in whatever case it is written."""
        if userid in self.members:
            return self.members[userid]
        return next((m for m in self.members.values() if m.userid.lower() == userid.lower()), None)

    def token_for(self, secret: str) -> tuple[str, int]:
        """gettoken: the token and the seconds it still lives.

        Raises Refused: 40001 wrong secret, 45009 while blocked after repeated wrong ones.
        """
        now = self.clock.now()
        if self._blocked_until is not None and now < self._blocked_until:
            raise Refused(45009, "api freq out of limit: wrong secret, blocked for an hour")
        app = next((a for a in self.apps.values() if secrets.compare_digest(a.secret.encode(), secret.encode())), None)
        if app is None:
            self._wrong += 1
            if self._wrong >= WRONG_SECRETS:
                self._blocked_until, self._wrong = now + BLOCK, 0
            raise Refused(40001, "invalid credential")
        self._wrong = 0
        for token, (agent_id, until) in list(self._tokens.items()):
            if agent_id == app.agent_id and until > now:
                if self.switches.same_token_again:
                    return token, math.ceil((until - now).total_seconds())
                del self._tokens[token]
        token = "".join(secrets.choice(_URL) for _ in range(180))
        self._tokens[token] = (app.agent_id, now + TOKEN_LIFE)
        return token, int(TOKEN_LIFE.total_seconds())

    def app_of(self, token: str) -> App | None:
        """The app of a token that lives; None for a token of no app here. Raises Refused 42001 for an expired one."""
        if token not in self._tokens:
            return None
        agent_id, until = self._tokens[token]
        if until <= self.clock.now():
            raise Refused(42001, "access_token expired")
        return self.apps[agent_id]

    def expire_tokens(self) -> None:
        """All tokens end now, as they may at any time."""
        now = self.clock.now()
        self._tokens = {token: (agent_id, now) for token, (agent_id, _) in self._tokens.items()}

    def new_code(self, agent_id: int, task_id: str) -> str:
        code = secrets.token_urlsafe(36)
        self._codes[code] = Code(agent_id, task_id, self.clock.now())
        return code

    def press(self, agent_id: int, userid: str, task_id: str) -> str:
        """The ResponseCode of a click."""
        return self.new_code(agent_id, task_id)

    def spendable(self, code: str, agent_id: int) -> Code:
        """A response code that can be used. Raises Refused 40058: unknown, another app's, used, older than 72 hours."""
        found = self._codes.get(code)
        if found is None or found.agent_id != agent_id:
            raise Refused(40058, "invalid response_code")
        if found.used:
            raise Refused(40058, "response_code has been used")
        if self.clock.now() - found.at > CODE_LIFE:
            raise Refused(40058, "response_code expired")
        return found

    def sent_before(self, agent_id: int, body: bytes, seconds: int) -> bool:
        """Whether an identical body was delivered within the interval (enable_duplicate_check)."""
        last = self._bodies.get((agent_id, body))
        return last is not None and self.clock.now() - last < timedelta(seconds=seconds)

    def remember_body(self, agent_id: int, body: bytes) -> None:
        """The body has been delivered; from now its repetitions are duplicates."""
        self._bodies[(agent_id, body)] = self.clock.now()

    def within(self, key: tuple[str, ...], limit: int, window: timedelta, *, count: int = 1) -> bool:
        """Count `count` events of `key`; whether they are still within `limit` per `window`. Refused ones do not count."""
        now, times = self.clock.now(), self._rates[(*key, str(window.total_seconds()))]
        while times and now - times[0] >= window:
            times.popleft()
        if len(times) + count > limit:
            return False
        times.extend([now] * count)
        return True

    def put_media(self, data: bytes, name: str, content_type: str, *, robot: str = "") -> str:
        media_id = "3" + secrets.token_urlsafe(40)
        self.media[media_id] = Media(name, content_type, data, self.clock.now(), robot)
        return media_id

    def live_media(self, media_id: str, robot: str = "") -> Media:
        """Raises Refused 40007 for an id that is unknown, older than three days, or a group robot's."""
        found = self.media.get(media_id)
        if found is None or found.robot not in ("", robot) or self.clock.now() - found.at > MEDIA_LIFE:
            raise Refused(40007, "invalid media_id")
        return found
