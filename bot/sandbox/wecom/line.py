"""A corp's part of the phones: acts become callbacks, what the API shows becomes messages on screens."""

from collections.abc import Callable, Mapping
from typing import Any

from bot.sandbox.phones import APP, CannotDo, Outcome, Phone, Seen
from bot.sandbox.wecom.corp import App, Corp, Replaced, Shown
from bot.sandbox.wecom.delivery import Courier, Delivery, event_xml, message_xml, reply_parts, selected_items


class WeComLine:
    """One app of one corp, seen from its members' phones."""

    def __init__(self, corp: Corp, app: App, courier: Courier, phone_of: Callable[[str], Phone | None]) -> None:
        self._corp, self._app, self._courier, self._phone_of = corp, app, courier, phone_of

    async def text(self, userid: str, text: str) -> Outcome:
        return await self._message(userid, "text", {"Content": text}, "文字")

    async def image(self, userid: str, data: bytes, media_id: str) -> Outcome:
        url = f"https://p.qpic.cn/sandbox/{media_id}"
        return await self._message(userid, "image", {"PicUrl": url, "MediaId": media_id}, "图片")

    async def group_text(self, userid: str, chat: str, text: str) -> Outcome | None:
        """An app never hears what is written in a group."""
        return None

    async def voice(self, userid: str, seconds: int, said: str = "") -> Outcome:
        """A recording; WeCom gives an app no transcript."""
        media_id = self.keep(b"#!AMR\n" + bytes(32 * max(seconds, 1)), "voice.amr", "audio/amr")
        return await self._message(userid, "voice", {"MediaId": media_id, "Format": "amr"}, "语音")

    async def video(self, userid: str) -> Outcome:
        media_id = self.keep(bytes(64), "video.mp4", "video/mp4")
        return await self._message(userid, "video", {"MediaId": media_id, "ThumbMediaId": media_id}, "视频")

    async def link(self, userid: str, title: str, url: str) -> Outcome:
        own = {"Title": title, "Description": "", "Url": url, "PicUrl": ""}
        return await self._message(userid, "link", own, "链接")

    async def location(self, userid: str, latitude: float, longitude: float, label: str) -> Outcome:
        own: dict[str, object] = {
            "Location_X": latitude, "Location_Y": longitude, "Scale": 16, "Label": label, "AppType": "wxwork",
        }  # fmt: skip
        return await self._message(userid, "location", own, "位置")

    async def enter(self, userid: str) -> Outcome:
        return await self._event(userid, "enter_agent", {"EventKey": ""}, "进入应用")

    async def menu(self, userid: str, key: str) -> Outcome:
        return await self._event(userid, "click", {"EventKey": key}, "菜单")

    async def event(self, userid: str, name: str, own: Mapping[str, object]) -> Outcome:
        """Any event by name, as the platform may add new ones."""
        return await self._event(userid, name, own, name)

    async def press(self, userid: str, card: Mapping[str, Any], key: str, selected: Mapping[str, list[str]]) -> Outcome:
        """A button of a card: a template_card_event with a fresh ResponseCode."""
        task_id = str(card["card_id"])
        own: dict[str, object] = {
            "EventKey": key, "TaskId": task_id, "CardType": card["type"],
            "ResponseCode": self._corp.press(self._app.agent_id, userid, task_id),
        }  # fmt: skip
        if selected:
            own["SelectedItems"] = selected_items(selected)
        return await self._event(userid, "template_card_event", own, "按钮")

    def keep(self, data: bytes, name: str, content_type: str) -> str:
        return self._corp.put_media(data, name, content_type)

    async def _message(self, userid: str, kind: str, own: Mapping[str, object], what: str) -> Outcome:
        self._check_reachable()
        xml = message_xml(self._corp, self._app, userid, kind, self._corp.clock.now(), own)
        return self._applied(userid, None, await self._courier.deliver(self._corp, self._app, what, xml))

    async def _event(self, userid: str, name: str, own: Mapping[str, object], what: str) -> Outcome:
        self._check_reachable()
        xml = event_xml(self._corp, self._app, userid, name, self._corp.clock.now(), own)
        task_id = str(own["TaskId"]) if "TaskId" in own else None
        return self._applied(userid, task_id, await self._courier.deliver(self._corp, self._app, what, xml))

    def _check_reachable(self) -> None:
        if not self._app.callback_url:
            raise CannotDo("这个应用没有设置接收消息的地址。")

    def _applied(self, userid: str, task_id: str | None, delivery: Delivery) -> Delivery:
        """A passive reply shows for the person who acted, and for nobody else."""
        phone = self._phone_of(userid)
        if delivery.reply and phone is not None:
            parts = reply_parts(delivery.reply)
            if parts["kind"] == "text" and parts["text"]:
                phone.receive("text", text=parts["text"].encode()[:2048].decode(errors="ignore"))
            elif parts["kind"] == "update_button" and task_id and (seen := phone.find_card(task_id)) and seen.card:
                seen.card["replaced"] = parts["replace_name"]
                phone.touched()
        return delivery

    def shown(self, shown: Shown, everywhere: Mapping[str, Any]) -> None:
        """Hook of the corp: a message appears."""
        if shown.where == "member":
            if (phone := self._phone_of(shown.to)) is not None:
                phone.receive(**screen(shown, APP))
            return
        chat = everywhere[shown.to]
        for phone in chat.phones:
            phone.receive(**screen(shown, chat.id))
        chat.all.append(Seen(f"g{len(chat.all) + 1}", self._corp.clock.now(), chat.id, "bot", **_content(shown)))

    def replaced(self, change: Replaced) -> None:
        """Hook of the corp: a card changes on one phone."""
        phone = self._phone_of(change.userid)
        seen = phone.find_card(change.task_id) if phone else None
        if phone is None or seen is None or seen.card is None:
            return
        if change.card is not None:
            seen.card = card_view({"task_id": change.task_id, **change.card})
        seen.card["replaced"] = change.replace_name or (change.card or {}).get("replace_text")
        phone.touched()


def screen(shown: Shown, chat: str) -> dict[str, Any]:
    """A message as arguments of Phone.receive."""
    return {"chat": chat, "msgid": shown.msgid, **_content(shown)}


def _content(shown: Shown) -> dict[str, Any]:
    body = shown.body
    match shown.kind:
        case "text" | "markdown":
            return {"kind": shown.kind, "text": str(body.get("content", ""))}
        case "template_card":
            card = card_view(body)
            return {"kind": "card", "text": card["title"], "card": card}
        case "image" | "voice" | "video" | "file":
            media = str(body.get("media_id", ""))
            return {
                "kind": "image" if shown.kind == "image" else "file",
                "image": media if shown.kind == "image" else None,
            }
        case "textcard":
            return {"kind": "news", "text": f"{body.get('title', '')}\n{body.get('description', '')}"}
        case _:
            return {"kind": "news", "text": "\n".join(str(a.get("title", "")) for a in body.get("articles", []))}


def card_view(card: Mapping[str, Any]) -> dict[str, Any]:
    """A template card as a client draws it."""
    title = card.get("main_title") or {}
    selection = card.get("button_selection")
    buttons = [
        {"key": b.get("key", ""), "text": b.get("text", ""), "style": b.get("style", 1)}
        for b in card.get("button_list") or []
    ]
    if submit := card.get("submit_button"):
        buttons.append({"key": submit.get("key", ""), "text": submit.get("text", ""), "style": 1})
    return {
        "card_id": str(card.get("task_id") or ""),
        "type": card.get("card_type"),
        "source": (card.get("source") or {}).get("desc", ""),
        "title": title.get("title", ""),
        "desc": title.get("desc", ""),
        "sub": card.get("sub_title_text", ""),
        "lines": [
            {"key": line.get("keyname", ""), "value": line.get("value", "")}
            for line in card.get("horizontal_content_list") or []
        ],
        "buttons": buttons,
        "selection": selection
        and {
            "question_key": selection["question_key"],
            "title": selection.get("title", ""),
            "options": [{"id": o["id"], "text": o["text"]} for o in selection["option_list"]],
        },
        "replaced": None,
    }
