"""What WeCom refuses: the field tables of messages and template cards, each with the error code of the real platform."""

import re
from typing import Any

TASK_ID = re.compile(r"^[0-9A-Za-z_@-]{1,128}$")
CARD_TYPES = ("text_notice", "news_notice", "button_interaction", "vote_interaction", "multiple_interaction")
SENDABLE = ("text", "image", "voice", "video", "file", "textcard", "news", "mpnews", "markdown", "miniprogram_notice")
IN_GROUPS = ("text", "image", "voice", "video", "file", "textcard", "news", "mpnews", "markdown")
NEEDS_TASK_ID = ("button_interaction", "vote_interaction", "multiple_interaction")
KEY_BYTES = 1024


class Refused(Exception):
    """The call is answered with this errcode."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code = code
        self.text = text


def size(text: str) -> int:
    return len(text.encode())


def check_message(kind: str, body: dict[str, Any]) -> None:
    """Refuse what the sending page refuses (section 9). Over-long text is cut by the caller, not refused."""
    if kind not in (*SENDABLE, "template_card"):
        raise Refused(40008, "invalid message type")
    part = body.get(kind)
    if not isinstance(part, dict):
        raise Refused(40058, f"{kind} is missing")
    if kind in ("text", "markdown"):
        content = part.get("content")
        if not isinstance(content, str):
            raise Refused(40058, "content is not a string")
        if not content:
            raise Refused(44004, "empty content")
        if any(ord(c) < 32 and c not in "\n\r\t" for c in content):
            raise Refused(82004, "control characters")
    if kind in ("image", "voice", "video", "file") and not part.get("media_id"):
        raise Refused(40007, "invalid media_id")
    if kind == "textcard":
        if size(part.get("title", "")) > 128 or size(part.get("description", "")) > 512:
            raise Refused(45002, "textcard too long")
        if not str(part.get("url", "")).startswith(("http://", "https://")):
            raise Refused(42028, "url missing")
    if kind in ("news", "mpnews") and not 1 <= len(part.get("articles", [])) <= 8:
        raise Refused(45008, "1 to 8 articles")


def check_card(card: Any, *, updating: bool = False) -> None:
    """Refuse what the template card page refuses (section 10)."""
    if not isinstance(card, dict):
        raise Refused(40058, "template_card is missing")
    kind = card.get("card_type")
    if kind not in CARD_TYPES:
        raise Refused(42031, "invalid card_type")
    _check_task_id(card, kind, updating)
    title = (card.get("main_title") or {}).get("title", "")
    if kind != "text_notice" and not title:
        raise Refused(42033, "main_title missing")
    if kind == "text_notice" and not (title or card.get("sub_title_text")):
        raise Refused(42033, "main_title or sub_title_text")
    if kind in ("text_notice", "news_notice"):
        _check_card_action(card.get("card_action"))
    if kind == "news_notice" and not (card.get("card_image") or card.get("image_text_area")):
        raise Refused(42044, "card_image missing")
    _check_lines(card)
    _check_jumps(card)
    keys: list[str] = []
    if kind == "button_interaction":
        keys += _check_buttons(card)
        if selection := card.get("button_selection"):
            _check_options(selection, 10)
    if kind == "vote_interaction":
        _check_options(card.get("checkbox") or {}, 20)
    if kind == "multiple_interaction":
        _check_selects(card)
    if kind in ("vote_interaction", "multiple_interaction"):
        submit = card.get("submit_button") or {}
        if not submit.get("text"):
            raise Refused(42049, "submit_button text")
        keys.append(_key(submit.get("key"), 42046))
    if menu := card.get("action_menu"):
        entries = menu.get("action_list") or []
        if not 1 <= len(entries) <= 3:
            raise Refused(42042, "action_list 1 to 3")
        keys += [_key(e.get("key"), 42039) for e in entries]
    if len(set(keys)) != len(keys):
        raise Refused(42051, "duplicate action key")


def _check_task_id(card: dict[str, Any], kind: str, updating: bool) -> None:
    task_id = card.get("task_id")
    needed = kind in NEEDS_TASK_ID or card.get("action_menu")
    if task_id is None and (not needed or updating):
        return
    if not isinstance(task_id, str) or not TASK_ID.match(task_id):
        raise Refused(42014, "task_id invalid")


def _check_card_action(action: Any) -> None:
    if not isinstance(action, dict) or action.get("type") not in (1, 2):
        raise Refused(42045, "card_action")
    if action["type"] == 1 and not str(action.get("url", "")).startswith(("http://", "https://")):
        raise Refused(42028, "card_action url")
    if action["type"] == 2 and not action.get("appid"):
        raise Refused(42030, "card_action appid")


def _check_lines(card: dict[str, Any]) -> None:
    lines = card.get("horizontal_content_list") or []
    if len(lines) > 6:
        raise Refused(42035, "horizontal_content_list over 6")
    for line in lines:
        if not line.get("keyname"):
            raise Refused(42027, "keyname missing")
        if line.get("type") == 1 and not line.get("url"):
            raise Refused(42028, "url missing")
        if line.get("type") == 3 and not line.get("userid"):
            raise Refused(42050, "userid missing")
    if len(card.get("vertical_content_list") or []) > 4:
        raise Refused(42036, "vertical_content_list over 4")


def _check_jumps(card: dict[str, Any]) -> None:
    jumps = card.get("jump_list") or []
    if len(jumps) > 3:
        raise Refused(42042, "jump_list over 3")
    if any(not j.get("title") for j in jumps):
        raise Refused(42033, "jump title missing")


def _check_buttons(card: dict[str, Any]) -> list[str]:
    buttons = card.get("button_list") or []
    if not 1 <= len(buttons) <= 6:
        raise Refused(42038, "button_list 1 to 6")
    keys = []
    for button in buttons:
        if not button.get("text"):
            raise Refused(42038, "button text")
        if button.get("type", 0) == 0:
            keys.append(_key(button.get("key"), 42039))
        elif not button.get("url"):
            raise Refused(42028, "button url")
    return keys


def _check_options(part: dict[str, Any], most: int) -> None:
    if not part.get("question_key") or size(str(part["question_key"])) > KEY_BYTES:
        raise Refused(42043, "question_key")
    options = part.get("option_list") or []
    if not 1 <= len(options) <= most:
        raise Refused(42037, f"option_list 1 to {most}")
    for option in options:
        if not option.get("id") or size(str(option["id"])) > 128:
            raise Refused(42040, "option id")
        if not option.get("text"):
            raise Refused(42041, "option text")


def _check_selects(card: dict[str, Any]) -> None:
    selects = card.get("select_list") or []
    if not 1 <= len(selects) <= 3:
        raise Refused(42047, "select_list 1 to 3")
    for select in selects:
        _check_options(select, 10)


def _key(key: Any, code: int) -> str:
    if not isinstance(key, str) or not key or size(key) > KEY_BYTES:
        raise Refused(code, "key")
    return key
