"""How a message is spelled for WeCom: pure functions from `Outbound` to one API call, within the platform's limits.

Cards with buttons exist only in 1:1 chats. A group gets the same words as markdown with the commands printed, because
an app never hears what is written in its groups.

A repeat must not be seen twice, yet two honest twins must both arrive. 1:1 sends ask the platform to drop identical
bodies (`enable_duplicate_check`), so each body is made unique per row and identical across retries: a card by its
task_id, all else by an extra field `yunwei_key` that the platform is expected to ignore. That tolerance is unverified;
where it fails, `unique_by = "suffix"` appends the time the row was queued instead. Groups and robots have no such
check: there a repeat says 可能重复.
"""

import base64
import hashlib
import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

from bot.channels.base import Permanent
from bot.channels.spelling import clean, cut, cut_bytes, typed, usable_buttons
from bot.channels.wecom.settings import WeComSettings
from bot.core.outbound import Button, Card, CardUpdate, Markdown, Outbound, Picture, Recall, Recording, Say, Target

TEXT_BYTES = 2048
ROBOT_MARKDOWN_BYTES = 4096
REPEATED = "\n（可能重复）"

SEND = "/cgi-bin/message/send"
UPDATE = "/cgi-bin/message/update_template_card"
RECALL = "/cgi-bin/message/recall"
GROUP = "/cgi-bin/appchat/send"
ROBOT = "/cgi-bin/webhook/send"

_STYLES = {"primary": 1, "plain": 2, "danger": 3}
Body = dict[str, Any]


@dataclass(frozen=True)
class Call:
    """One POST. `authorised` calls carry the access token; `base` overrides the configured host (a robot's own URL)."""

    path: str
    body: Body
    query: dict[str, str] = field(default_factory=dict)
    authorised: bool = True
    base: str = ""


def spell(outbound: Outbound, settings: WeComSettings, attachment: str | bytes = "") -> Call:
    """The call that delivers `outbound`. `attachment` is a picture's media id or, for a robot, its bytes.

    Raises Permanent when the platform has no way to say it there.
    """
    message, target = outbound.message, outbound.target
    if isinstance(message, CardUpdate):
        return _update(message, target, settings)
    if isinstance(message, Recall):
        if target.kind != "person":
            raise Permanent("群消息不能撤回")
        return Call(RECALL, {"msgid": message.message_id})
    match target.kind:
        case "person":
            return _to_person(outbound, settings, attachment)
        case "chat":
            kind, content = _for_group(outbound, attachment, TEXT_BYTES)
            return Call(GROUP, clean({"chatid": target.id, "msgtype": kind, kind: content}))
        case "webhook":
            kind, content = _for_group(outbound, attachment, ROBOT_MARKDOWN_BYTES)
            base, path, query = _robot(target.id, settings)
            return Call(path, clean({"msgtype": kind, kind: content}), query, authorised=False, base=base)


def _to_person(outbound: Outbound, settings: WeComSettings, attachment: str | bytes) -> Call:
    message = outbound.message
    suffix = _suffix(outbound, settings)
    limit = TEXT_BYTES - len(suffix.encode())
    content: Body
    match message:
        case Say():
            kind, content = "text", {"content": cut_bytes(message.text, limit) + suffix}
        case Markdown():
            kind, content = "markdown", {"content": cut_bytes(message.text, limit) + suffix}
        case Picture():
            kind, content = "image", {"media_id": _media_id(attachment)}
        case Recording():
            kind, content = "voice", {"media_id": _media_id(attachment)}
        case Card() if message.buttons or settings.public_url:
            kind, content = "template_card", _template_card(message, settings, suffix)
        case Card():
            kind, content = "markdown", {"content": _card_markdown(message, limit, "") + suffix}
        case _:
            raise Permanent("企业微信发不了这类消息")
    body = {"touser": outbound.target.id, "msgtype": kind, "agentid": settings.agent_id, kind: content}
    body |= {"enable_duplicate_check": 1, "duplicate_check_interval": settings.duplicate_check_s}
    if "task_id" not in content and settings.unique_by == "field":
        body["yunwei_key"] = outbound.key
    return Call(SEND, clean(body))


def _for_group(outbound: Outbound, attachment: str | bytes, markdown_bytes: int) -> tuple[str, Body]:
    mark = REPEATED if outbound.retry else ""
    match outbound.message:
        case Say(text=text):
            return "text", {"content": cut_bytes(_unmentioned(text), TEXT_BYTES - len(mark.encode())) + mark}
        case Markdown(text=text, mentions=mentions):
            tail = "".join(f"<@{user}>" for user in mentions)
            tail = (f"\n{tail}" if tail else "") + mark
            return "markdown", {"content": cut_bytes(_unmentioned(text), markdown_bytes - len(tail.encode())) + tail}
        case Card() as card:
            hint = "请在与本应用的单聊里回复："
            text = _unmentioned(_card_markdown(card, markdown_bytes - len(mark.encode()), hint))
            return "markdown", {"content": text + mark}
        case Picture():
            return "image", _inline(attachment) if isinstance(attachment, bytes) else {"media_id": attachment}
        case Recording() if isinstance(attachment, str):
            return "voice", {"media_id": _media_id(attachment)}
    raise Permanent("群里发不了这类消息")


def _update(message: CardUpdate, target: Target, settings: WeComSettings) -> Call:
    if target.kind != "person":
        raise Permanent("群里的消息不能更新")
    if not message.code:
        raise Permanent("这张卡片已不能更新")
    body: Body = {"userids": [target.id], "agentid": settings.agent_id, "response_code": message.code}
    card = message.card
    if card is not None and (card.buttons or settings.public_url):
        body["template_card"] = _template_card(card, settings, "")
        if message.label:
            body["template_card"]["replace_text"] = cut(message.label, 10)
    else:
        # A card without buttons needs a link that we do not have: its title on the buttons says as much as can be said.
        label = message.label or (card.title if card is not None else "")
        body["button"] = {"replace_name": cut(label, 10) or "已处理"}
    return Call(UPDATE, clean(body))


def _template_card(card: Card, settings: WeComSettings, suffix: str) -> Body:
    """button_interaction, or text_notice for a card without buttons; lengths as the platform recommends them."""
    title = {"title": cut(card.title, 36) or cut(card.source, 36) or "通知", "desc": cut(card.description, 44)}
    body: Body = {
        "card_type": "button_interaction" if card.buttons else "text_notice",
        "main_title": {name: value for name, value in title.items() if value},
    }
    if card.source:
        body["source"] = {"desc": cut(card.source, 20), "desc_color": 0}
    if lines := [(cut(name, 5), cut(value, 30)) for name, value in card.lines if name.strip()]:
        body["horizontal_content_list"] = [{"keyname": name, "value": value} for name, value in lines[:6]]
    below = card.body
    if card.buttons:
        if not re.fullmatch(r"[0-9A-Za-z_@-]{1,128}", card.card_id):
            raise Permanent("卡片编号不合规")
        shown, rest = _buttons(card)
        body["task_id"] = card.card_id
        body["button_list"] = [{"text": cut(b.text, 10), "style": _STYLES[b.style], "key": b.verb} for b in shown]
        if said := typed(card, rest):
            below = f"{_cut_body(below, 160 - len(said) - 6, '')}\n也可回复：{said}".strip()
    else:
        body["card_action"] = {"type": 1, "url": settings.public_url}
        below += suffix
    if below:
        body["sub_title_text"] = _cut_body(below, 160, suffix if not card.buttons else "")
    return body


def _buttons(card: Card) -> tuple[list[Button], list[Button]]:
    """The six that a card can carry (keys and texts are obligatory, keys unique), and those left over."""
    ordered = usable_buttons(card)
    if not ordered:
        raise Permanent("卡片上没有可用的按钮")
    return ordered[:6], ordered[6:]


def _cut_body(text: str, limit: int, tail: str) -> str:
    if len(text) <= limit:
        return text
    return text[: limit - 1 - len(tail)] + "…" + tail


def _card_markdown(card: Card, limit: int, hint: str) -> str:
    """A card as words, at most `limit` bytes. The body gives way first: title, facts and commands are short."""
    head = [f"**{cut(card.title, 128)}**", cut(card.description, 128)]
    head += [f"> {cut(name, 20)}：{cut(value, 128)}" for name, value in card.lines]
    said = typed(card, card.buttons)
    tail = [f"{hint or '可回复：'}{said}"] if said else []
    if card.source:
        tail.append(f'<font color="comment">{cut(card.source, 40)}</font>')
    around = "\n".join(part for part in (*head, *tail) if part)
    body = cut_bytes(card.body, max(limit - len(around.encode("utf-8", "ignore")) - 1, 3)) if card.body else ""
    return cut_bytes("\n".join(part for part in (*head, body, *tail) if part), limit)


def _unmentioned(text: str) -> str:
    """Text whose `<@…>` calls nobody: only our own mentions may, never a reporter's words."""
    return text.replace("<@", "＜@")


def _suffix(outbound: Outbound, settings: WeComSettings) -> str:
    if settings.unique_by == "field":
        return ""
    queued = datetime.fromisoformat(outbound.queued_at).astimezone(ZoneInfo(settings.timezone))
    return f"\n（{queued:%H:%M:%S}）"


def _media_id(attachment: str | bytes) -> str:
    if not isinstance(attachment, str) or not attachment:
        raise Permanent("图片没有上传成功")
    return attachment


def _inline(data: bytes) -> Body:
    return {"base64": base64.b64encode(data).decode(), "md5": hashlib.md5(data, usedforsecurity=False).hexdigest()}


def _robot(address: str, settings: WeComSettings) -> tuple[str, str, dict[str, str]]:
    """Base, path and query of a group robot given by its key or by its whole URL."""
    if "://" not in address:
        return "", ROBOT, {"key": address}
    try:
        parts = urlsplit(address)
        ours = urlsplit(settings.api_base)
        key = parse_qs(parts.query).get("key", [""])[0]
    except ValueError:
        raise Permanent("群机器人地址有误") from None
    secure = parts.scheme == "https" or (parts.scheme, parts.netloc) == (ours.scheme, ours.netloc)
    if not secure or not key or not parts.path.endswith("/webhook/send"):
        raise Permanent("群机器人地址有误")
    return f"{parts.scheme}://{parts.netloc}", parts.path, {"key": key}
