"""The seam between the desk and a platform: bytes in, updates out; messages in, receipts out.

A channel knows how its platform spells things and nothing about tickets. `decode` never raises on bad input; whatever
goes wrong in `deliver` and `fetch` leaves as a `DeliveryError`, so the outbox decides without knowing the platform.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

from bot.core.directory import Entry
from bot.core.outbound import Outbound, Receipt
from bot.core.updates import Update


class ConfigurationWrong(Exception):
    """The connection cannot work as configured; the text says, for the operator, how to mend it."""


class DeliveryError(Exception):
    """Something was not delivered. The texts are short and Chinese: the desk may be shown them."""


class RateLimited(DeliveryError):
    """The platform wants a pause: nothing was delivered, try again after `retry_after_s`."""

    def __init__(self, retry_after_s: float, reason: str = "平台限流") -> None:
        super().__init__(reason)
        self.retry_after_s = retry_after_s
        self.reason = reason


class Temporary(DeliveryError):
    """It may work later. The call may have taken effect all the same (a lost reply): repeat it with the same body."""


class Permanent(DeliveryError):
    """Repeating the same message cannot help. `code` is the platform's own error code, 0 where it has not spoken."""

    def __init__(self, reason: str, code: int = 0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.code = code


class Barred(Permanent):
    """The connection may not do this at all, whoever it is about: a right, an address, a quota of its app."""


@dataclass(frozen=True)
class Challenge:
    """The platform is checking our URL: answer exactly these bytes."""

    reply: bytes


@dataclass(frozen=True)
class Updates:
    """A genuine callback: store `items`, then answer `reply`."""

    items: tuple[Update, ...]
    reply: bytes = b""


@dataclass(frozen=True)
class Rejected:
    """Not genuine, or not readable. `reason` is for the log; it holds nothing of the body."""

    status: int
    reason: str


Decoded = Challenge | Updates | Rejected


@dataclass(frozen=True)
class Media:
    """A picture, recording or film as bytes."""

    data: bytes
    content_type: str = ""
    filename: str = ""


class Channel(Protocol):
    """One configured connection to a platform."""

    @property
    def name(self) -> str:
        """The connection's name in the configuration."""

    @property
    def platform(self) -> str:
        """`wecom`, `dingtalk` or `console`."""

    def decode(self, query: Mapping[str, str], headers: Mapping[str, str], body: bytes, now: datetime) -> Decoded:
        """What an HTTP callback means. Reads no clock, does no I/O, never raises."""

    async def deliver(self, outbound: Outbound) -> Receipt:
        """Hand a message to the platform. Raises RateLimited, Temporary or Permanent, nothing else."""

    async def fetch(self, media_id: str) -> Media:
        """The bytes behind a received media id. Raises as `deliver` does."""

    async def check(self) -> None:
        """Prove the credentials by using them. Raises ConfigurationWrong."""

    async def close(self) -> None:
        """Let go of what the channel holds; the HTTP session belongs to whoever gave it."""


@runtime_checkable
class Directory(Protocol):
    """A connection whose platform says who its members are, as far as the app may read that."""

    async def look_up(self, user_id: str) -> Entry:
        """A member's name and departments. Raises Barred when the app may not read them at all, else as `deliver` does."""
