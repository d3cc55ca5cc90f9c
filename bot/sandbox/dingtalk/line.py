"""An org's part of the phones: acts become robot messages and card callbacks, what the robot sends becomes bubbles."""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

from bot.sandbox.dingtalk import cards
from bot.sandbox.dingtalk.inbound import Delivery, Messenger, body
from bot.sandbox.dingtalk.org import Card, Org, Refused, Shown
from bot.sandbox.phones import APP, CannotDo, Outcome, Phone, Seen

SEND_LINE = ("dtmd", "dingtalkclient", "/sendMessage")
BUTTONS = 6


class DingTalkLine:
    """One robot of one org, seen from its members' phones. `base` gives this server's address for session webhooks."""

    def __init__(
        self, org: Org, messenger: Messenger, phone_of: Callable[[str], Phone | None], base: Callable[[], str],
        group_of: Callable[[str], Any],
    ) -> None:  # fmt: skip
        self._org, self._messenger, self._phone_of, self._base, self._group_of = (
            org,
            messenger,
            phone_of,
            base,
            group_of,
        )

    async def text(self, userid: str, text: str) -> Outcome:
        return await self._message(userid, "text", {"text": {"content": text}}, "文字")

    async def group_text(self, userid: str, chat: str, text: str) -> Outcome | None:
        """A line in a group reaches the robot only when it @s it; the @ is cut out and a blank stays."""
        conversation_id = chat.removeprefix("group:")
        robot = "@运维服务台"
        if robot not in text or not self._org.groups[conversation_id].robot_in:
            return None
        said = {"text": {"content": " " + text.replace(robot, "").strip()}}
        return await self._message(userid, "text", said, "群消息", conversation_id)

    async def image(self, userid: str, data: bytes, media_id: str) -> Outcome:
        code = self._org.new_code(media_id)
        return await self._message(
            userid, "picture", {"content": {"downloadCode": code, "pictureDownloadCode": code}}, "图片"
        )

    async def rich(self, userid: str, text: str, data: bytes, chat: str = "") -> Outcome:
        """Words and a picture in one message, as a group's photo must be sent."""
        code = self._org.new_code(self.keep(data, "photo.png", "image/png"))
        parts = [{"text": text}, {"type": "picture", "downloadCode": code}]
        return await self._message(userid, "richText", {"content": {"richText": parts}}, "图文", chat)

    async def voice(self, userid: str, seconds: int, said: str = "") -> Outcome:
        """A recording with DingTalk's own transcript (`said`)."""
        media_id = self.keep(b"#!AMR\n" + (b"\x3c" + bytes(31)) * 50 * max(seconds, 1), "voice.amr", "audio/amr")
        content = {"downloadCode": self._org.new_code(media_id), "recognition": said, "duration": str(seconds * 1000)}
        return await self._message(userid, "audio", {"content": content}, "语音")

    async def quote(self, userid: str, text: str, key: str) -> Outcome:
        """An answer that quotes a message of the robot's, known by the key its sending returned."""
        own = {"text": {"content": text, "isReplyMsg": True}, "originalProcessQueryKey": key}
        return await self._message(userid, "text", own, "引用")

    async def raw(self, userid: str, msgtype: str, own: dict[str, Any]) -> Outcome:
        """Any message, as the platform may bring new ones."""
        return await self._message(userid, msgtype, own, msgtype)

    async def location(self, userid: str, latitude: float, longitude: float, label: str) -> Outcome:
        raise CannotDo("钉钉机器人收不到位置，请直接打字说地点。")

    async def enter(self, userid: str) -> Outcome:
        raise CannotDo("钉钉不会告诉机器人您进入了会话，请直接说话。")

    async def menu(self, userid: str, key: str) -> Outcome:
        raise CannotDo("钉钉机器人没有菜单，请直接打字。")

    async def press(self, userid: str, card: Mapping[str, Any], key: str, selected: Mapping[str, list[str]]) -> Outcome:
        """A button: of an interactive card a callback, of an action card a link, which may send a line."""
        known = self._org.cards.get(str(card["card_id"]))
        if known is None:
            url = next(str(b.get("url", "")) for b in card["buttons"] if b["key"] == key)
            return await self._follow(userid, url)
        number = key.removeprefix("button")
        private = {"cardPrivateData": {"actionIds": [key], "params": {"verb": known.data.get(f"verb{number}", "")}}}
        data = {
            "type": "actionCallback", "outTrackId": known.track_id, "corpId": self._org.corp_id, "userId": userid,
            "userIdType": 1, "spaceType": "im", "spaceId": "", "extension": "{}",
            "content": json.dumps(private), "value": json.dumps(private),
        }  # fmt: skip
        delivery = await self._messenger.press(self._org, known.route, data)
        if delivery.answer:
            try:
                cards.apply(self._org, known, delivery.answer)
            except Refused as refused:
                return Delivery(delivery.at, delivery.what, 400, 1, delivery.ms, {"code": refused.code})
        return delivery

    def keep(self, data: bytes, name: str, content_type: str) -> str:
        return self._org.keep(data, content_type)

    async def _follow(self, userid: str, url: str) -> Outcome:
        parts = urlsplit(url)
        if (parts.scheme, parts.netloc, parts.path) != SEND_LINE:
            raise CannotDo("这个按钮只会打开一个网页。")
        if not self._org.switches.dtmd_works:
            raise CannotDo("您的钉钉版本点不了这个按钮，请按卡片上的文字回复。")
        line = parse_qs(parts.query)["content"][0]
        if (phone := self._phone_of(userid)) is not None:
            phone.show(Seen(phone.next_id(), self._org.clock.now(), APP, "me", "text", line))
        return await self.text(userid, line)

    async def _message(
        self, userid: str, msgtype: str, own: dict[str, Any], what: str, conversation_id: str = ""
    ) -> Outcome:
        made = body(self._org, userid, msgtype, own, conversation_id)
        return await self._messenger.deliver(self._org, what, made, self._base())

    def shown(self, shown: Shown) -> None:
        """Hook of the org: a message appears."""
        what = _content(shown.kind, shown.body)
        if shown.where == "member":
            if (phone := self._phone_of(shown.to)) is not None:
                phone.receive(chat=APP, msgid=shown.key, **what)
            return
        group = self._group_of(shown.to)
        for phone in group.phones:
            phone.receive(chat=group.id, msgid=shown.key, **what)
        group.all.append(Seen(f"g{len(group.all) + 1}", self._org.clock.now(), group.id, "bot", **what))

    def changed(self, card: Card) -> None:
        """Hook of the org: an interactive card changes on every phone that has it."""
        for userid in card.users:
            phone = self._phone_of(userid)
            seen = phone.find_card(card.track_id) if phone else None
            if phone is not None and seen is not None:
                seen.card = _interactive(card.data | {"outTrackId": card.track_id})
                phone.touched()


def _content(kind: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """A message as arguments of Phone.receive, whether it came by the API or by a webhook."""
    match kind:
        case "sampleText":
            return {"kind": "text", "text": body["content"]}
        case "text":
            return {"kind": "text", "text": body["text"]["content"]}
        case "sampleMarkdown":
            return {"kind": "markdown", "text": body["text"]}
        case "markdown":
            return {"kind": "markdown", "text": body["markdown"]["text"]}
        case "sampleImageMsg":
            return {"kind": "image", "image": body["photoURL"]}
        case "sampleAudio":
            return {"kind": "file", "text": f"语音 {int(body['duration']) // 1000}″"}
        case "interactiveCard":
            card = _interactive(body)
            return {"kind": "card", "text": card["title"], "card": card}
        case "actionCard":
            part = body["actionCard"]
            actions = [(b["title"], b["actionURL"]) for b in part.get("btns", [])]
            if part.get("singleTitle"):
                actions = [(part["singleTitle"], part["singleURL"])]
            card = _action(part["title"], part["text"], actions)
        case _:
            titles = [("actionTitle", "actionURL"), ("buttonTitle", "buttonUrl")]
            actions = [
                (body[f"{title}{n}"], body[f"{url}{n}"])
                for title, url in titles
                for n in range(1, 6)
                if f"{title}{n}" in body
            ]
            if body.get("singleTitle"):
                actions = [(body["singleTitle"], body["singleURL"])]
            card = _action(body["title"], body["text"], actions)
    return {"kind": "card", "text": card["title"], "card": card}


def _action(title: str, text: str, actions: list[tuple[str, str]]) -> dict[str, Any]:
    buttons = [
        {"key": f"link{n}", "text": words, "style": 2, "url": url} for n, (words, url) in enumerate(actions, start=1)
    ]
    return _drawn("", "actionCard", title, text, buttons, None)


def _interactive(data: Mapping[str, str]) -> dict[str, Any]:
    """A card of our template: title, text, button1…6, label."""
    colors = {"blue": 1, "gray": 2, "red": 3}
    buttons = [
        {"key": f"button{n}", "text": data[f"button{n}"], "style": colors.get(data.get(f"color{n}", ""), 2)}
        for n in range(1, BUTTONS + 1)
        if data.get(f"button{n}")
    ]
    return _drawn(
        data["outTrackId"],
        "interactiveCard",
        data.get("title", ""),
        data.get("text", ""),
        buttons,
        data.get("label") or None,
    )


def _drawn(
    card_id: str, kind: str, title: str, text: str, buttons: list[dict[str, Any]], replaced: str | None
) -> dict[str, Any]:
    """A card as a client draws it: markdown taken apart into what stands above the title, facts and words."""
    source, found, rest = text.partition(f"**{title}**")
    facts: list[dict[str, str]] = []
    before: list[str] = []
    after: list[str] = []
    for row in (rest if found else text).split("\n"):
        row = row.strip()
        fact = re.match(r"^>\s*([^：]{1,20})：(.*)$", row)
        if fact:
            facts.append({"key": fact[1], "value": fact[2]})
        elif row:
            (after if facts else before).append(row.replace("**", ""))
    return {
        "card_id": card_id, "type": kind, "source": source.strip() if found else "", "title": title,
        "desc": "\n".join(before), "sub": "\n".join(after), "lines": facts, "buttons": buttons, "selection": None,
        "replaced": replaced,
    }  # fmt: skip
