"""What the elements of a decrypted WeCom message or event mean, as one `Update`. Total: every input has a meaning.

The classic messages are read by wechatpy; the template-card events, which it does not know, are read here. What
a person did and we do not know is `Unknown` (he gets an answer); what the platform tells the operator is a `Notice`.
"""

import hashlib
import json
import logging
import math
import re
from datetime import UTC, datetime
from typing import Any

from wechatpy.enterprise.messages import MESSAGE_TYPES

from bot.channels.wecom.settings import WeComSettings
from bot.core.updates import (
    Account,
    Content,
    Entered,
    Left,
    Link,
    Location,
    MenuClick,
    Notice,
    Photo,
    Press,
    Text,
    Unknown,
    Update,
    Video,
    Voice,
)

log = logging.getLogger(__name__)

Fields = dict[str, Any]

SILENT = frozenset(
    {
        "view",
        "view_miniprogram",
        "pic_sysphoto",
        "pic_photo_or_album",
        "pic_weixin",
        "batch_job_result",
        "change_contact",
        "open_approval_change",
        "share_agent_change",
        "share_chain_change",
        "inactive_alert",
        "low_active_alert",
        "close_inactive_agent",
        "low_active",
        "reopen_inactive_agent",
        "active_restored",
        "kf_msg_or_event",
    }
)
"""Events nobody waits for an answer to (the pic_* ones are followed by the pictures themselves)."""

_DETAIL = ("ChangeType", "UserID", "NewUserID", "Id", "TagId", "EffectTime")
_JOB_DETAIL = ("JobId", "JobType", "ErrCode")
"""What of a notice may be kept and logged: no names, no phone numbers (change_contact carries them)."""


def update(fields: Fields, plain: str, settings: WeComSettings, now: datetime) -> Update:
    """The update that `fields`, read from the XML text `plain`, stand for.

    `now` is used only where the platform's own time stamp is unreadable.
    """
    sender = text(fields, "FromUserName").casefold()
    account = Account(platform="wecom", corp_id=settings.corp_id, user_id=sender)
    content = _content(fields, settings, sender)
    return Update(
        key=_key(fields, plain, settings.name, sender, content),
        lane=str(account),
        connection=settings.name,
        account=account,
        at=_at(fields, now),
        content=content,
    )


def text(fields: Fields, name: str) -> str:
    """An element's text; of a repeated element the first; empty where it is absent or holds elements."""
    value = fields.get(name)
    if isinstance(value, list):
        value = next((v for v in value if isinstance(v, str)), None)
    return value if isinstance(value, str) else ""


def _content(fields: Fields, settings: WeComSettings, sender: str) -> Content:
    kind = text(fields, "MsgType").lower()
    event = text(fields, "Event").lower() if kind == "event" else ""
    name = (event or kind or "untyped")[:64]
    if sender in ("", "sys") or event in SILENT:
        return Notice(name=name, detail=_detail(fields))
    agent = text(fields, "AgentID")
    if agent and agent != str(settings.agent_id):
        # Signed with our key and yet another app's: two apps share a URL. The person still gets an answer.
        log.warning("callback of another app", extra={"connection": settings.name, "agent": agent[:20]})
        return Unknown(name=f"agent:{agent[:20]}")
    content = _event(event, fields) if kind == "event" else _message(kind, fields)
    return content or Unknown(name=name)


def _message(kind: str, fields: Fields) -> Content | None:
    known = MESSAGE_TYPES.get(kind)
    if known is None:
        return None
    said = known({name: text(fields, name) for name in fields})
    match kind:
        case "text":
            return Text(text=said.content or "")
        case "image":
            return Photo(media_id=said.media_id or "", url=said.image or "")
        case "voice":
            return Voice(media_id=said.media_id or "", format=said.format or "")
        case "video" | "shortvideo":
            return Video(media_id=said.media_id or "")
        case "location":
            return _location(said.location_x or "", said.location_y or "", said.label or "")
        case "link":
            return Link(title=said.title or "", description=said.description or "", url=said.url or "")
    return None


def _event(event: str, fields: Fields) -> Content | None:
    match event:
        case "template_card_event" | "template_card_menu_event":
            return Press(
                card_id=text(fields, "TaskId"),
                verb=text(fields, "EventKey"),
                response_code=text(fields, "ResponseCode"),
                selected=_selected(fields),
            )
        case "click":
            return MenuClick(key=text(fields, "EventKey"))
        case "scancode_push" | "scancode_waitmsg":
            return _scanned(fields)
        case "subscribe":
            return Entered(first=True)
        case "enter_agent":
            return Entered()
        case "unsubscribe":
            return Left()
        case "location":
            return _location(text(fields, "Latitude"), text(fields, "Longitude"), "")
    return None


def _scanned(fields: Fields) -> Text | None:
    """The content of a scanned label counts as typed; a scan that brought nothing is unknown."""
    info = fields.get("ScanCodeInfo")
    result = text(info, "ScanResult") if isinstance(info, dict) else ""
    return Text(text=result) if result else None


def _location(latitude: str, longitude: str, label: str) -> Location | None:
    try:
        degrees = float(latitude), float(longitude)
    except ValueError:
        return None
    if not all(map(math.isfinite, degrees)) or abs(degrees[0]) > 90 or abs(degrees[1]) > 180:
        return None
    return Location(latitude=degrees[0], longitude=degrees[1], label=label)


def _selected(fields: Fields) -> dict[str, tuple[str, ...]]:
    """Chosen option ids by question; a single item or option arrives without its list."""
    chosen: dict[str, tuple[str, ...]] = {}
    for items in _dicts(fields.get("SelectedItems")):
        for item in _dicts(items.get("SelectedItem")):
            options: list[str] = []
            for ids in _list(item.get("OptionIds")):
                found = _list(ids.get("OptionId")) if isinstance(ids, dict) else [ids]
                options += [option for option in found if isinstance(option, str)]
            if question := text(item, "QuestionKey"):
                chosen[question] = (*chosen.get(question, ()), *options)
    return chosen


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _dicts(value: Any) -> list[Fields]:
    return [v for v in _list(value) if isinstance(v, dict)]


def _detail(fields: Fields) -> dict[str, str]:
    found = {name: text(fields, name) for name in _DETAIL}
    for job in _dicts(fields.get("BatchJob")):
        found.update((name, text(job, name)) for name in _JOB_DETAIL)
    return {name: value[:200] for name, value in found.items() if value}


def _key(fields: Fields, plain: str, connection: str, sender: str, content: Content) -> str:
    """The platform's own identity of the delivery. Two clicks within a second share sender and time, so an event's
    identity is widened; a click's response code is its own. Notices all come from `sys`: the whole text counts."""
    message_id = text(fields, "MsgId")
    if re.fullmatch(r"[0-9A-Za-z_-]{1,64}", message_id) and message_id.strip("0"):
        return f"wecom:{connection}:msg:{message_id}"
    names = ("CreateTime", "Event", "EventKey", "TaskId", "ResponseCode")
    identity = [sender, *(text(fields, name) for name in names)]
    if text(fields, "MsgType").lower() != "event" or isinstance(content, Notice):
        identity.append(plain)
    digest = hashlib.sha256(json.dumps(identity).encode()).hexdigest()
    return f"wecom:{connection}:event:{digest[:40]}"


def _at(fields: Fields, now: datetime) -> datetime:
    stamp = text(fields, "CreateTime")
    if not re.fullmatch(r"[0-9]{1,11}", stamp):
        return now
    try:
        return datetime.fromtimestamp(int(stamp), UTC)
    except (ValueError, OverflowError, OSError):
        return now
