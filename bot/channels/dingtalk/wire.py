"""How a message is spelled for DingTalk: pure functions from `Outbound` to one API call, within the platform's limits.

Without a card template a card is an action card: each button sends a line (`dtmd`), and the same commands stand printed
below, because whether every client follows such a link is unverified. Groups get the words without buttons: a line sent
there would not reach the robot. With a template the card's words travel as variables and its updates by `outTrackId`.
"""

import hashlib
import json
import re
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import parse_qs, quote, urlsplit

from bot.channels.base import Permanent
from bot.channels.dingtalk.codec import robot_sign
from bot.channels.dingtalk.settings import DingTalkSettings
from bot.channels.spelling import clean, cut, cut_bytes, typed, usable_buttons
from bot.core import typed_press
from bot.core.outbound import Button, Card, CardUpdate, Markdown, Outbound, Picture, Recall, Recording, Say

MESSAGE_BYTES = 15_000
ROBOT_BYTES = 20_000
VARIABLE_BYTES = 1024
ACTIONS = 5
TEMPLATE_BUTTONS = 6
REPEATED = "\n\n（可能重复）"

TO_PERSON = "/v1.0/robot/oToMessages/batchSend"
TO_GROUP = "/v1.0/robot/groupMessages/send"
CREATE_CARD = "/v1.0/card/instances/createAndDeliver"
UPDATE_CARD = "/v1.0/card/instances"
RECALL = "/v1.0/robot/otoMessages/batchRecall"
RECALL_GROUP = "/v1.0/robot/groupMessages/recall"
Body = dict[str, Any]
_COLORS = {"primary": "blue", "plain": "gray", "danger": "red"}


@dataclass(frozen=True)
class Call:
    """One request. `style`: `new` (token in a header, HTTP status), `hook` (a webhook: `url` is whole, errcode)."""

    path: str
    body: Body
    method: Literal["POST", "PUT"] = "POST"
    style: Literal["new", "hook"] = "new"
    url: str = ""
    query: dict[str, str] = field(default_factory=dict)


def spell(outbound: Outbound, settings: DingTalkSettings, now_ms: int, attachment: str = "") -> Call:
    """The call that delivers `outbound`; `attachment` is a picture's media id, or a recording's with its
    length (`ID|MS`); `now_ms` signs a custom robot's call.

    Raises Permanent when the platform has no way to say it there.
    """
    message, target = outbound.message, outbound.target
    match message:
        case CardUpdate():
            return _update(message, settings)
        case Recall():
            return _recall(message, outbound, settings)
        case Card() if target.kind == "person" and settings.card_template_id:
            return _template_card(message, target.id, settings)
    mark = REPEATED if outbound.retry else ""
    if target.kind == "webhook":
        return _custom_robot(outbound, settings, now_ms)
    key, param = _keyed(outbound, attachment, mark)
    text = json.dumps(clean(param), ensure_ascii=False, separators=(",", ":"))
    body: Body = {"robotCode": settings.robot_code, "msgKey": key, "msgParam": text}
    if target.kind == "chat":
        return Call(TO_GROUP, body | {"openConversationId": target.id})
    return Call(TO_PERSON, body | {"userIds": [target.id]})


def spell_session(outbound: Outbound, url: str) -> Call | None:
    """The same by the session webhook, for what it can carry; None for the rest."""
    mark = REPEATED if outbound.retry else ""
    match outbound.message:
        case Say(text=text):
            body: Body = {"msgtype": "text", "text": {"content": cut_bytes(text, MESSAGE_BYTES) + mark}}
        case Markdown() as said:
            body = {"msgtype": "markdown", "markdown": _markdown(said, mark)}
        case Card() as card:
            body = _hook_card(card, mark)
        case _:
            return None
    return Call("/robot/sendBySession", clean(body), style="hook", url=url)


def variables(card: Card) -> dict[str, str]:
    """A card as the variables of our template: title, text, button1…6, verb1…6, color1…6, label (empty: still open).

    Every value a string of at most 1 KB (protocol section 7.2).
    """
    shown, rest = usable_buttons(card)[:TEMPLATE_BUTTONS], usable_buttons(card)[TEMPLATE_BUTTONS:]
    text = _card_text(card, rest, "也可回复：", VARIABLE_BYTES)
    made = {"title": cut(card.title, 60), "text": text, "label": ""}
    for index in range(TEMPLATE_BUTTONS):
        button = shown[index] if index < len(shown) else None
        made |= {
            f"button{index + 1}": cut(button.text, 12) if button else "",
            f"verb{index + 1}": button.verb if button else "",
            f"color{index + 1}": _COLORS[button.style] if button else "",
        }
    return {name: cut_bytes(value, VARIABLE_BYTES) for name, value in made.items()}


def changed(update: CardUpdate) -> dict[str, str]:
    """What an update changes of the variables: a whole new card, or only the closing label."""
    made = variables(update.card) if update.card is not None else {}
    return made | ({"label": cut(update.label, 20)} if update.label else {})


def escaped(text: str) -> str:
    """Words that may be a reporter's, made harmless in markdown: no links, no pictures, no schemes of the client's."""
    for mark, harmless in (("[", "［"), ("]", "］"), ("dtmd:", "dtmd："), ("dingtalk:", "dingtalk："), ("<", "＜")):
        text = text.replace(mark, harmless)
    return text


def _keyed(outbound: Outbound, attachment: str, mark: str) -> tuple[str, dict[str, str]]:
    match outbound.message:
        case Say(text=text):
            return "sampleText", {"content": cut_bytes(text, MESSAGE_BYTES - 200) + mark}
        case Markdown() as said:
            return "sampleMarkdown", _markdown(said, mark)
        case Picture():
            return "sampleImageMsg", {"photoURL": attachment}
        case Recording():
            media_id, _, duration_ms = attachment.rpartition("|")
            return "sampleAudio", {"mediaId": media_id, "duration": duration_ms}
        case Card() as card if outbound.target.kind == "chat":
            text = _card_text(card, card.buttons, "请在与本机器人的单聊里回复：", 5000)
            return "sampleMarkdown", {"title": cut(card.title, 60) or "通知", "text": text + mark}
        case Card() as card:
            return _action_card(card, mark)
    raise Permanent("钉钉发不了这类消息")


def _markdown(said: Markdown, mark: str) -> dict[str, str]:
    text = _lines(escaped(re.sub(r"</?font[^>]*>", "", said.text)))
    return {"title": cut(said.title, 60) or _first_line(said.text), "text": cut_bytes(text, MESSAGE_BYTES - 400) + mark}


def _action_card(card: Card, mark: str) -> tuple[str, dict[str, str]]:
    """sampleActionCard2…5, the single form for one button, plain markdown for none."""
    shown = usable_buttons(card)[:ACTIONS]
    title, text = cut(card.title, 60) or "通知", _card_text(card, card.buttons, "也可回复：", 5000) + mark
    if not shown:
        return "sampleMarkdown", {"title": title, "text": text}
    if len(shown) == 1:
        only = shown[0]
        return "sampleActionCard", {
            "title": title, "text": text, "singleTitle": cut(only.text, 20), "singleURL": _link(only, card),
        }  # fmt: skip
    param = {"title": title, "text": text}
    for number, button in enumerate(shown, start=1):
        param |= {f"actionTitle{number}": cut(button.text, 20), f"actionURL{number}": _link(button, card)}
    return f"sampleActionCard{len(shown)}", param


def _hook_card(card: Card, mark: str) -> Body:
    shown = usable_buttons(card)[:ACTIONS]
    text = {"title": cut(card.title, 60) or "通知", "text": _card_text(card, card.buttons, "也可回复：", 5000) + mark}
    if not shown:
        return {"msgtype": "markdown", "markdown": text}
    actions = [{"title": cut(b.text, 20), "actionURL": _link(b, card)} for b in shown]
    return {"msgtype": "actionCard", "actionCard": text | {"btnOrientation": "0", "btns": actions}}


def _link(button: Button, card: Card) -> str:
    line = typed_press.write(button.text, card.card_id)
    return f"dtmd://dingtalkclient/sendMessage?content={quote(line, safe='')}"


def _card_text(card: Card, left: tuple[Button, ...] | list[Button], hint: str, limit: int) -> str:
    """A card as markdown, at most `limit` bytes. The body gives way first: title, facts and commands are short.

    Its source comes first: a step of a procedure says nowhere else which ticket it is of.
    """
    head = [escaped(cut(card.source, 64)), f"**{escaped(cut(card.title, 128))}**", escaped(cut(card.description, 128))]
    facts = [f"> {escaped(cut(name, 20))}：{escaped(cut(value, 128))}" for name, value in card.lines]
    said = typed(card, left)
    tail = [*facts, f"{hint}{said}"] if said else facts
    around = _lines("\n".join(part for part in (*head, *tail) if part))
    room = max(limit - len(around.encode("utf-8", "ignore")) - 8, 3)
    body = cut_bytes(_lines(escaped(card.body)), room) if card.body else ""
    return cut_bytes(_lines("\n".join(part for part in (*head, body, *tail) if part)), limit)


def _lines(text: str) -> str:
    """Line breaks as DingTalk's markdown wants them: two blanks before each."""
    return "  \n".join(line.rstrip() for line in text.split("\n"))


def _first_line(text: str) -> str:
    return cut(text.lstrip("#>* ").partition("\n")[0].replace("**", ""), 40) or "通知"


def _template_card(card: Card, user_id: str, settings: DingTalkSettings) -> Call:
    body: Body = {
        "cardTemplateId": settings.card_template_id,
        "outTrackId": card.card_id,
        "callbackType": "STREAM" if settings.mode == "stream" else "HTTP",
        "cardData": {"cardParamMap": clean(variables(card))},
        "openSpaceId": f"dtv1.card//IM_ROBOT.{user_id}",
        "imRobotOpenSpaceModel": {
            "supportForward": False,
            "lastMessageI18n": {"ZH_CN": cut(card.title, 60)},
            "notification": {"alertContent": cut(card.title, 60), "notificationOff": False},
        },
        "imRobotOpenDeliverModel": {"spaceType": "IM_ROBOT", "robotCode": settings.robot_code},
        "userIdType": 1,
    }
    if settings.mode == "http":
        body["callbackRouteKey"] = settings.card_route_key
    return Call(CREATE_CARD, body)


def _update(message: CardUpdate, settings: DingTalkSettings) -> Call:
    if not settings.card_template_id:
        raise Permanent("没有卡片模板，已发出的卡片不能更新")
    body: Body = {
        "outTrackId": message.card_id,
        "cardData": {"cardParamMap": clean(changed(message))},
        "cardUpdateOptions": {"updateCardDataByKey": True},
    }
    return Call(UPDATE_CARD, body, method="PUT")


def _recall(message: Recall, outbound: Outbound, settings: DingTalkSettings) -> Call:
    if outbound.target.kind == "webhook" or not message.message_id:
        raise Permanent("这条消息不能撤回")
    body: Body = {"robotCode": settings.robot_code, "processQueryKeys": [message.message_id]}
    if outbound.target.kind == "chat":
        return Call(RECALL_GROUP, body | {"openConversationId": outbound.target.id})
    return Call(RECALL, body)


def _custom_robot(outbound: Outbound, settings: DingTalkSettings, now_ms: int) -> Call:
    """A custom robot's webhook. `msgUuid` makes a repeat harmless, so it is not marked as one."""
    match outbound.message:
        case Say(text=text):
            body: Body = {"msgtype": "text", "text": {"content": cut_bytes(text, ROBOT_BYTES - 2000)}}
        case Markdown() as said:
            words = _markdown(said, "")
            calls = "".join(f" @{user}" for user in said.mentions)
            body = {"msgtype": "markdown", "markdown": words | {"text": words["text"] + calls}}
            body["at"] = {"atUserIds": list(said.mentions), "isAtAll": False}
        case Card() as card:
            shown = _card_text(card, card.buttons, "请在与本机器人的单聊里回复：", 5000)
            body = {"msgtype": "markdown", "markdown": {"title": cut(card.title, 60) or "通知", "text": shown}}
        case _:
            raise Permanent("群机器人发不了这类消息")
    url, query = robot_address(outbound.target.id, settings)
    if secret := settings.robot_secret(outbound.target.id):
        query |= {"timestamp": str(now_ms), "sign": robot_sign(secret, str(now_ms))}
    return Call(
        "/robot/send",
        clean(body) | {"msgUuid": hashlib.sha1(outbound.key.encode()).hexdigest()},
        style="hook",
        url=url,
        query=query,
    )


def robot_address(address: str, settings: DingTalkSettings) -> tuple[str, dict[str, str]]:
    """URL and query of a custom robot given by its whole address. Raises Permanent when it is none of the platform's."""
    try:
        parts = urlsplit(address)
        token = parse_qs(parts.query).get("access_token", [""])[0]
    except ValueError:
        raise Permanent("群机器人地址有误") from None
    base = settings.oapi_base.rstrip("/")
    if f"{parts.scheme}://{parts.netloc}" != base or parts.path != "/robot/send" or not token:
        raise Permanent("群机器人地址有误")
    return f"{base}/robot/send", {"access_token": token}
