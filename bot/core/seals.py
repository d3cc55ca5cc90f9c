"""The seal on a room's label: nobody who has not seen the label can name it. Pure.

It is a keyed digest of agency and room, so that labels need no table and a new key makes all old labels worthless.
"""

import hashlib
import hmac
from base64 import b32encode

LENGTH = 10
"""Characters of base 32: 50 bits, short enough to be typed."""


def seal(key: str, unit_id: int, building: str, floor: str, room: str) -> str:
    """The seal of an agency's room under a key."""
    named = "/".join((str(unit_id), building, floor, room))
    return b32encode(hmac.digest(key.encode(), named.encode(), hashlib.sha256)).decode()[:LENGTH]


def genuine(claimed: str, key: str, unit_id: int, building: str, floor: str, room: str) -> bool:
    """Whether a seal is that room's. Without a key none is."""
    return bool(key) and hmac.compare_digest(claimed.upper(), seal(key, unit_id, building, floor, room))
