"""What a DingTalk robot message means: its JSON body (the same by stream and by HTTP) as updates.

Bodies come in variants (numbers as strings, missing keys, JSON inside strings), so every reading is forgiving; only what
identifies the sender is strict. People outside the organisation have no staff id: they are not heard as anybody.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.channels.dingtalk.settings import DingTalkSettings
from bot.core.updates import Account, Content, Left, Notice, Photo, Press, Text, Unknown, Update, Video, Voice

TEXT_LIMIT = 4000
"""Characters of one message that are kept."""
OVER_QUOTA = "20001"


@dataclass(frozen=True)
class Session:
    """Where an answer may be posted without a paid call, until `expires_at` (both given by the platform)."""

    user_id: str
    chat_id: str
    url: str
    expires_at: datetime


def updates(body: dict[str, Any], settings: DingTalkSettings, now: datetime) -> tuple[Update, ...]:
    """The updates of one robot message. Never raises on a JSON object."""
    message_id = _word(body, "msgId") or _word(body, "openMsgId")
    if not message_id:
        return ()
    sender, at = _word(body, "senderStaffId"), _moment(body.get("createAt"), now)
    base = f"dingtalk:{settings.name}:msg:{message_id}"
    if _word(body, "errorCode"):
        found: list[Content] = [Notice(name="over-quota" if _word(body, "errorCode") == OVER_QUOTA else "error",
                                       detail={"code": _word(body, "errorCode")[:20]})]  # fmt: skip
        sender = ""
    elif not sender:
        found = [Notice(name="sender-without-staff-id", detail={"type": _word(body, "msgtype")[:20]})]
    else:
        found = list(_contents(body))
    account = Account(
        platform="dingtalk", corp_id=_word(body, "senderCorpId") or settings.corp_id, user_id=sender or "platform"
    )
    chat_id = _word(body, "conversationId") if _word(body, "conversationType") == "2" else ""
    quoted = _word(body, "originalProcessQueryKey")
    return tuple(
        Update(
            key=base if index == 0 else f"{base}:{index}",
            lane=str(account),
            connection=settings.name,
            account=account,
            at=at,
            content=content,
            chat_id=chat_id,
            quoted=quoted,
        )
        for index, content in enumerate(found)
    )


def session(body: dict[str, Any], settings: DingTalkSettings, now: datetime) -> Session | None:
    """The session webhook of a message, if it is the platform's own and still valid.

    In HTTP mode the signature does not cover the body (protocol section 6.4), so only the platform's address is believed.
    """
    url, sender = _word(body, "sessionWebhook"), _word(body, "senderStaffId")
    expires_at = _moment(body.get("sessionWebhookExpiredTime"), now)
    if not sender or not url.startswith(f"{settings.oapi_base.rstrip('/')}/robot/sendBySession?") or expires_at <= now:
        return None
    chat_id = _word(body, "conversationId") if _word(body, "conversationType") == "2" else ""
    return Session(sender, chat_id, url, expires_at)


def card_press(data: dict[str, Any], frame_id: str, settings: DingTalkSettings, now: datetime) -> Update | None:
    """A button of an interactive card (protocol section 7.4). None when it does not say who pressed which card.

    The callback has no id of its own, so the frame's id (or the HTTP signature time) makes the key.
    """
    user_id, card_id = _word(data, "userId"), _word(data, "outTrackId")
    if not user_id or not card_id:
        return None
    inner = _opened(data.get("content")) or _opened(data.get("value"))
    private = inner.get("cardPrivateData")
    private = private if isinstance(private, dict) else {}
    params = private.get("params") if isinstance(private.get("params"), dict) else inner.get("params")
    actions = private.get("actionIds")
    verb = _word(params, "verb") if isinstance(params, dict) else ""
    if not verb and isinstance(actions, list) and actions:
        verb = str(actions[0])
    account = Account(platform="dingtalk", corp_id=_word(data, "corpId") or settings.corp_id, user_id=user_id)
    return Update(
        key=f"dingtalk:{settings.name}:card:{frame_id}",
        lane=str(account),
        connection=settings.name,
        account=account,
        at=now,
        content=Press(card_id=card_id[:128], verb=verb[:64]),
    )


CHANGED = {"user_add_org": "create_user", "user_modify_org": "update_user"}
"""Events of a member's entry in the directory, in WeCom's words for them."""


def event(name: str, event_id: str, data: dict[str, Any], settings: DingTalkSettings, now: datetime) -> list[Update]:
    """An organisation event. Members who left are not written to any more, who was changed is looked up anew; the rest is
    told to the operator's log.
    """
    ids = data.get("userId") if name in ("user_leave_org", *CHANGED) else None
    people = [str(p) for p in ids] if isinstance(ids, list) else []
    found: list[tuple[str, Content]] = [
        (p, Notice(name=name, detail={"ChangeType": CHANGED[name], "UserID": p}) if name in CHANGED else Left())
        for p in people
    ] or [("platform", Notice(name=name[:64] or "event"))]
    made = []
    for index, (user_id, content) in enumerate(found):
        account = Account(platform="dingtalk", corp_id=settings.corp_id, user_id=user_id)
        key = f"dingtalk:{settings.name}:event:{event_id}" + (f":{index}" if index else "")
        made.append(
            Update(key=key, lane=str(account), connection=settings.name, account=account, at=now, content=content)
        )
    return made


def _contents(body: dict[str, Any]) -> Iterator[Content]:
    kind = _word(body, "msgtype")
    content = _opened(body.get("content"))
    match kind:
        case "text":
            text = body.get("text")
            words = _word(text, "content") if isinstance(text, dict) else _word(body, "content")
            yield Text(text=words.strip()[:TEXT_LIMIT])
        case "richText":
            yield from _rich(content)
        case "picture":
            yield Photo(media_id=_code(content))
        case "audio":
            heard = _word(content, "recognition").strip()
            yield Voice(media_id=_code(content), format="amr", transcript=heard[:TEXT_LIMIT])
        case "video":
            yield Video(media_id=_code(content))
        case _:
            yield Unknown(name=kind[:64] or "message")
    yield from _quoted_photo(body, content)


def _rich(content: dict[str, Any]) -> Iterator[Content]:
    """Text and pictures mixed: the words joined into one text, each picture apart. The robot's own @ is no word."""
    words, photos = [], []
    parts = content.get("richText")
    for part in parts if isinstance(parts, list) else []:
        if not isinstance(part, dict) or _word(part, "type") == "at":
            continue
        if code := _word(part, "downloadCode") or _word(part, "pictureDownloadCode"):
            photos.append(code)
        elif text := _word(part, "text") or _word(part, "content"):
            words.append(text)
    said = re.sub(r"^\s*@\S+\s*", "", "".join(words)).strip() if words else ""
    if said:
        yield Text(text=said[:TEXT_LIMIT])
    for code in photos:
        yield Photo(media_id=code)
    if not said and not photos:
        yield Unknown(name="richText")


def _quoted_photo(body: dict[str, Any], content: dict[str, Any]) -> Iterator[Content]:
    """A picture somebody points at by quoting it (undocumented, protocol section 3.4). Quoted words are not repeated."""
    text = body.get("text")
    replied = text.get("repliedMsg") if isinstance(text, dict) else content.get("repliedMsg")
    replied = replied if isinstance(replied, dict) else {}
    if _word(replied, "msgType") == "picture" and (code := _code(_opened(replied.get("content")))):
        yield Photo(media_id=code)


def _code(content: dict[str, Any]) -> str:
    return _word(content, "downloadCode") or _word(content, "pictureDownloadCode")


def _opened(value: object) -> dict[str, Any]:
    """A JSON object, also when it comes as a string; empty for anything else."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return {}
    return value if isinstance(value, dict) else {}


def _word(holder: dict[str, Any], key: str) -> str:
    value = holder.get(key)
    return value if isinstance(value, str) else str(value) if isinstance(value, int | float) else ""


def _moment(value: object, now: datetime) -> datetime:
    """Milliseconds, as a number or digits; `now` when it says nothing usable."""
    try:
        return datetime.fromtimestamp(int(str(value)) / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return now
