"""Messages of an app to members (protocol sections 9 to 11): send, update a card, recall."""

from collections.abc import Mapping
from typing import Any

from bot.sandbox.wecom.calls import (
    HOUR,
    MINUTE,
    Answer,
    Call,
    as_shown,
    check_agent,
    check_media,
    is_visible,
    ok,
    well_formed,
)
from bot.sandbox.wecom.corp import RECALL_LIFE, Replaced, Sent, Shown
from bot.sandbox.wecom.limits import NEEDS_TASK_ID, Refused, check_card, check_message

USERS = 1000
PARTIES = TAGS = 100
PER_MINUTE, PER_HOUR = 30, 1000
INTERVAL_S, INTERVAL_MAX_S = 1800, 4 * 3600
ROOT = "1"
"""The only department there is."""


async def send(call: Call) -> Answer:
    """message/send."""
    corp, app, body = call.corp, call.app, call.body()
    check_agent(call, body.get("agentid"))
    kind = str(body.get("msgtype", ""))
    reached, invalid = _recipients(call, body)
    with well_formed():
        check_message(kind, body)
        if kind == "template_card":
            check_card(body["template_card"])
    card: dict[str, Any] = body["template_card"] if kind == "template_card" else {}
    calls_back = bool(card) and (card["card_type"] in NEEDS_TASK_ID or bool(card.get("action_menu")))
    if calls_back and not app.callback_url:
        raise Refused(42031, "the app has no callback URL")
    check_media(corp, kind, body)
    checked = body.get("enable_duplicate_check") == 1
    if checked and corp.sent_before(app.agent_id, call.raw, _interval_s(body)):
        return ok(**invalid, msgid=corp.new_msgid())
    task_id = card.get("task_id")
    if task_id and (app.agent_id, task_id) in corp.cards:
        raise Refused(42014, "task_id has been used")
    shown = _within_rates(call, reached)
    if checked:
        corp.remember_body(app.agent_id, call.raw)
    msgid = corp.new_msgid()
    corp.sent[msgid] = Sent(app.agent_id, corp.clock.now(), tuple(shown), dict.fromkeys(shown, task_id or ""))
    if task_id:
        corp.cards[(app.agent_id, task_id)] = msgid
    for userid in shown:
        corp.on_show(Shown("member", userid, msgid, app.agent_id, kind, as_shown(kind, body)))
    answer = ok(**invalid, msgid=msgid)
    if calls_back:
        answer["response_code"] = corp.new_code(app.agent_id, str(task_id))
    return answer


async def update_card(call: Call) -> Answer:
    """message/update_template_card: one response code, once, for the named members' copies."""
    corp, app, body = call.corp, call.app, call.body()
    check_agent(call, body.get("agentid"))
    button, card = body.get("button"), body.get("template_card")
    if card is not None:
        with well_formed():
            check_card(card, updating=True)
    elif not isinstance(button, dict) or not isinstance(button.get("replace_name"), str) or not button["replace_name"]:
        raise Refused(40058, "button.replace_name or template_card needed")
    named = _named_for_update(body)
    code = corp.spendable(str(body.get("response_code", "")), app.agent_id)
    msgid = corp.cards.get((app.agent_id, code.task_id))
    if msgid is None:
        raise Refused(40058, "invalid response_code")
    sent = corp.sent[msgid]
    new_task_id = card.get("task_id") if card is not None else None
    if new_task_id and corp.cards.setdefault((app.agent_id, new_task_id), msgid) != msgid:
        raise Refused(42014, "task_id has been used")
    code.used = True
    everybody = body.get("atall") == 1 or 1 in (body.get("partyids") or [])
    wanted = list(sent.users) if everybody else [m.userid if (m := corp.by_userid(u)) else u for u in named]
    label = None if card is not None else str(button["replace_name"]) if isinstance(button, dict) else None
    for userid in dict.fromkeys(u for u in wanted if u in sent.users):
        corp.on_replace(Replaced(sent.task_ids[userid], app.agent_id, userid, label, card))
        if new_task_id:
            sent.task_ids[userid] = new_task_id
    return ok(invaliduser=[u.lower() for u in wanted if u not in sent.users])


async def recall(call: Call) -> Answer:
    """message/recall: within 24 hours, by the app that sent it."""
    msgid = str(call.body().get("msgid", ""))
    found = call.corp.sent.get(msgid)
    if found is None or found.agent_id != call.app.agent_id:
        raise Refused(40058, "invalid msgid")
    if call.corp.clock.now() - found.at > RECALL_LIFE:
        raise Refused(42052, "recall expired")
    call.corp.on_recall(msgid)
    return ok()


def _recipients(call: Call, body: Mapping[str, Any]) -> tuple[list[str], dict[str, str]]:
    """Who gets it, and the answer's lists of who does not. Raises Refused: nobody named, too many, nobody valid."""
    lists = [body.get(name) or "" for name in ("touser", "toparty", "totag")]
    if not all(isinstance(value, str) for value in lists):
        raise Refused(40031, "touser, toparty and totag are texts")
    users, parties, tags = ([name for name in value.split("|") if name] for value in lists)
    if not (users or parties or tags):
        raise Refused(82001, "touser, toparty and totag are empty")
    if len(users) > USERS:
        raise Refused(40032, "over 1000 users")
    if len(parties) > PARTIES:
        raise Refused(82002, "over 100 parties")
    if len(tags) > TAGS:
        raise Refused(82003, "over 100 tags")
    everyone = [m.userid for m in call.corp.members.values() if is_visible(call.app, m.userid)]
    if users == ["@all"]:
        users, parties, tags = everyone, [], []
    reached: list[str] = []
    unknown: list[str] = []
    for userid in users:
        member = call.corp.by_userid(userid)
        if member is not None and is_visible(call.app, member.userid):
            reached.append(member.userid)
        else:
            unknown.append(userid.lower())
    if ROOT in parties:
        reached += everyone
    if not reached:
        raise Refused(81013, "user & party & tag all invalid")
    invalid = {
        "invaliduser": "|".join(unknown), "invalidparty": "|".join(p for p in parties if p != ROOT),
        "invalidtag": "|".join(tags), "unlicenseduser": "",
    }  # fmt: skip
    return list(dict.fromkeys(reached)), invalid


def _within_rates(call: Call, reached: list[str]) -> list[str]:
    """Those whose limits this message still fits; the others' copies vanish, or (by switch) the call is refused."""
    shown = []
    for userid in reached:
        key = ("member", str(call.app.agent_id), userid)
        if call.corp.within(key, PER_MINUTE, MINUTE) and call.corp.within(key, PER_HOUR, HOUR):
            shown.append(userid)
        elif not call.corp.switches.over_rate_is_silent:
            raise Refused(45009, "api freq out of limit")
    return shown


def _interval_s(body: Mapping[str, Any]) -> int:
    seconds = body.get("duplicate_check_interval", INTERVAL_S)
    if not isinstance(seconds, int):
        raise Refused(40058, "duplicate_check_interval is not a number")
    return min(seconds, INTERVAL_MAX_S)


def _named_for_update(body: Mapping[str, Any]) -> list[str]:
    """The userids of an update. Raises Refused for lists that are none, too long, or all empty."""
    lists = [body.get(name) or [] for name in ("userids", "partyids", "tagids")]
    if not all(isinstance(value, list) for value in lists):
        raise Refused(40035, "userids, partyids and tagids are lists")
    users, parties, tags = lists
    if len(users) > USERS or len(parties) > PARTIES or len(tags) > TAGS:
        raise Refused(40035, "too many recipients")
    if not (users or parties or tags) and body.get("atall") != 1:
        raise Refused(40035, "no recipient")
    return [str(user) for user in users]
