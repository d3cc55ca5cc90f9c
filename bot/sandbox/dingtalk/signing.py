"""The signatures DingTalk puts on its callbacks and asks of custom robots (protocol sections 3.1, 6.5, 7.4)."""

import base64
import hashlib
import hmac


def robot_sign(secret: str, timestamp: str) -> str:
    """Base64 of HMAC-SHA256 over time stamp, line feed and secret."""
    return _digest(secret, f"{timestamp}\n{secret}")


def card_sign(secret: str, timestamp: str) -> str:
    """Base64 of HMAC-SHA256 over the time stamp alone."""
    return _digest(secret, timestamp)


def _digest(secret: str, text: str) -> str:
    made = hmac.new(secret.encode("utf-8"), msg=text.encode("utf-8"), digestmod=hashlib.sha256)
    return base64.b64encode(made.digest()).decode("ascii")
