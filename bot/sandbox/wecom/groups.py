"""Group chats of an app (appchat, protocol section 12) and group webhook robots (section 18)."""

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping
from typing import Any

from bot.sandbox.wecom.calls import (
    DAY,
    HOUR,
    MINUTE,
    TEXT_BYTES,
    Answer,
    Call,
    as_shown,
    check_media,
    is_visible,
    ok,
    well_formed,
)
from bot.sandbox.wecom.corp import AppChat, Corp, Shown
from bot.sandbox.wecom.limits import IN_GROUPS, Refused, check_card, check_message, size

CREATED_PER_DAY, CHANGED_PER_HOUR = 1000, 1000
PERSON_TIMES_PER_MINUTE, PER_MEMBER_AND_MINUTE = 20_000, 200
ROBOT_PER_MINUTE = 20
ROBOT_BYTES = {"text": TEXT_BYTES, "markdown": 4096, "markdown_v2": 4096}
ROBOT_IMAGE_BYTES = 2 << 20
ROBOT_CARDS = ("text_notice", "news_notice")
_CHATID = re.compile(r"[0-9A-Za-z]{1,32}")


async def create(call: Call) -> Answer:
    """appchat/create."""
    corp, body = call.corp, call.body()
    _check_range(call)
    if not corp.within(("appchat/create",), CREATED_PER_DAY, DAY):
        raise Refused(45009, "api freq out of limit")
    members = _members(call, body.get("userlist"))
    name, owner = str(body.get("name") or ""), str(body.get("owner") or (members or [""])[0])
    chatid = str(body.get("chatid") or f"sbx{corp.next_msgid()}")
    if not _CHATID.fullmatch(chatid):
        raise Refused(86001, "invalid chatid")
    if chatid in corp.chats:
        raise Refused(86215, "chatid exists")
    _check_group(name, owner, members)
    corp.chats[chatid] = AppChat(chatid, name, owner, members, call.app.agent_id)
    return ok(chatid=chatid)


async def update(call: Call) -> Answer:
    """appchat/update."""
    corp, body = call.corp, call.body()
    if not corp.within(("appchat/update",), CHANGED_PER_HOUR, HOUR):
        raise Refused(45009, "api freq out of limit")
    chat = _chat(call, str(body.get("chatid", "")))
    gone = _members(call, body.get("del_user_list") or [])
    new = _members(call, body.get("add_user_list") or [])
    members = [m for m in dict.fromkeys([*chat.members, *new]) if m not in gone]
    name, owner = str(body.get("name") or chat.name), str(body.get("owner") or chat.owner)
    _check_group(name, owner, members)
    chat.members, chat.owner, chat.name = members, owner, name
    return ok()


async def get(call: Call) -> Answer:
    """appchat/get."""
    chat = _chat(call, call.query.get("chatid", ""))
    return ok(chat_info={"chatid": chat.chatid, "name": chat.name, "owner": chat.owner, "userlist": chat.members})


async def send(call: Call) -> Answer:
    """appchat/send: everything but template cards."""
    corp, body = call.corp, call.body()
    chat = _chat(call, str(body.get("chatid", "")))
    kind = str(body.get("msgtype", ""))
    if kind not in IN_GROUPS:
        raise Refused(40008, "invalid message type")
    with well_formed():
        check_message(kind, body)
    check_media(corp, kind, body)
    if not corp.within(("appchat/send",), PERSON_TIMES_PER_MINUTE, MINUTE, count=len(chat.members)):
        raise Refused(45009, "api freq out of limit")
    # The screen of a group is one: it goes without the message only when every member has had too many.
    # Each member's count moves, so this must not stop at the first who still has room.
    if [m for m in chat.members if corp.within(("chat-member", m), PER_MEMBER_AND_MINUTE, MINUTE)]:
        msgid = str(corp.next_msgid())
        corp.on_show(Shown("chat", chat.chatid, msgid, call.app.agent_id, kind, as_shown(kind, body)))
    return ok()


def robot_send(corp: Corp, key: str, body: Mapping[str, Any]) -> Answer:
    """webhook/send: over-long text is refused here, not cut; cards without callbacks only."""
    if not corp.within(("robot", key), ROBOT_PER_MINUTE, MINUTE):
        raise Refused(45009, "api freq out of limit")
    kind = str(body.get("msgtype", ""))
    with well_formed():
        shown = _robot_content(corp, key, kind, body)
    corp.on_show(Shown("robot", key, str(corp.next_msgid()), None, kind.removesuffix("_v2"), shown))
    return ok()


def _robot_content(corp: Corp, key: str, kind: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """What the robot's group sees of a message. Raises Refused."""
    match kind:
        case "text" | "markdown" | "markdown_v2":
            part = body[kind]
            check_message(kind.removesuffix("_v2"), {kind.removesuffix("_v2"): part})
            if size(part["content"]) > ROBOT_BYTES[kind]:
                raise Refused(40058, f"{kind}.content exceed max length {ROBOT_BYTES[kind]}")
            return as_shown(kind, body, ROBOT_BYTES[kind])
        case "image":
            return {"media_id": _robot_image(corp, key, body["image"])}
        case "template_card":
            check_card(body["template_card"])
            if body["template_card"]["card_type"] not in ROBOT_CARDS:
                raise Refused(42031, "invalid card_type")
            return dict(body["template_card"])
        case "news" | "file" | "voice":
            check_message(kind, dict(body))
            check_media(corp, kind, body, robot=key)
            return dict(body[kind])
        case _:
            raise Refused(40008, "invalid message type")


def _robot_image(corp: Corp, key: str, image: Mapping[str, Any]) -> str:
    try:
        data = base64.b64decode(image["base64"], validate=True)
    except binascii.Error as error:
        raise Refused(40058, "image.base64") from error
    if len(data) > ROBOT_IMAGE_BYTES:
        raise Refused(40006, "invalid image size")
    if hashlib.md5(data, usedforsecurity=False).hexdigest() != image["md5"]:
        raise Refused(301019, "image md5 not match")
    content_type = "image/png" if data.startswith(b"\x89PNG") else "image/jpeg"
    return corp.put_media(data, "image", content_type, robot=key)


def _check_range(call: Call) -> None:
    if call.app.visible is not None:
        raise Refused(48002, "only for apps visible to the root department")


def _members(call: Call, listed: object) -> list[str]:
    """A list of userids as the corp writes them. Raises Refused 86216 for one that is nobody's."""
    if not isinstance(listed, list):
        raise Refused(86007, "userlist is not a list")
    found = [call.corp.by_userid(str(userid)) for userid in listed]
    members = [m.userid for m in found if m is not None and is_visible(call.app, m.userid)]
    if len(members) < len(listed):
        raise Refused(86216, "invalid members")
    return list(dict.fromkeys(members))


def _check_group(name: str, owner: str, members: list[str]) -> None:
    if len(name) > 50:
        raise Refused(86004, "name over 50 characters")
    if not 2 <= len(members) <= 2000:
        raise Refused(86006, "2 to 2000 members")
    if owner not in members:
        raise Refused(86207, "owner is not a member")


def _chat(call: Call, chatid: str) -> AppChat:
    chat = call.corp.chats.get(chatid)
    if chat is None:
        raise Refused(86003, "chatid not found")
    if chat.agent_id != call.app.agent_id:
        raise Refused(86008, "group of another app")
    _check_range(call)
    return chat
