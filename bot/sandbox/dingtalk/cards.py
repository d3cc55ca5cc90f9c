"""Interactive cards (protocol section 7): created from a published template, updated by outTrackId, answered within 2 s."""

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from bot.sandbox.dingtalk.org import Card, Org, Refused, Sent, Shown

KEY_BYTES, VALUE_BYTES = 100, 1024
PERSON_SPACE = "dtv1.card//IM_ROBOT."


def create(org: Org, body: dict[str, Any], _: web.Request) -> dict[str, Any]:
    """createAndDeliver into 1:1 chats. A space that cannot be reached fails inside a successful answer."""
    track_id, template = str(body.get("outTrackId") or ""), str(body.get("cardTemplateId") or "")
    if not track_id:
        raise Refused("param.outTrackIdEmpty")
    if template not in org.templates:
        raise Refused("param.templateNotExist" if not template.endswith(".draft") else "param.templateUnpublished")
    if track_id in org.cards:
        raise Refused("param.cardAlreadyExist")
    callback = body.get("callbackType")
    if callback not in ("STREAM", "HTTP") or (callback == "HTTP" and not body.get("callbackRouteKey")):
        raise Refused("param.callbackTypeInvalid")
    data = params(body.get("cardData"))
    space, deliver = body.get("imRobotOpenSpaceModel"), body.get("imRobotOpenDeliverModel")
    if not isinstance(space, dict) or "supportForward" not in space:
        raise Refused("param.openSpaceModelError")
    if not isinstance(deliver, dict) or deliver.get("spaceType") != "IM_ROBOT":
        raise Refused("param.openDeliverModelError")
    if deliver.get("robotCode") != org.robot_code:
        raise Refused("param.openDeliverModelError", "robotCode")
    route = str(body.get("callbackRouteKey") or "")
    if callback == "HTTP" and route not in org.routes:
        raise Refused("param.callbackRouteKeyInvalid")
    card = Card(track_id, template, str(callback), data, route=route)
    results = [_deliver(org, card, space_id) for space_id in str(body.get("openSpaceId") or "").split(";")]
    if any(r["success"] for r in results):
        org.cards[track_id] = card
    return {"success": True, "result": {"outTrackId": track_id, "deliverResults": results}}


def _deliver(org: Org, card: Card, space_id: str) -> dict[str, Any]:
    userid = space_id.removeprefix(PERSON_SPACE)
    result = {"spaceType": "IM_ROBOT", "spaceId": space_id, "success": False, "carrierId": "", "errorMsg": ""}
    if not space_id.startswith(PERSON_SPACE):
        raise Refused("param.openSpaceIdInvalid")
    if not org.reaches(userid):
        return result | {"errorMsg": "userId not exist"}
    key = f"pqk{org.number():08d}"
    card.users.append(userid)
    org.remember(Sent(key, org.clock.now(), (userid,)))
    org.on_show(Shown("member", userid, key, "interactiveCard", {"outTrackId": card.track_id, **card.data}))
    return result | {"success": True, "carrierId": key}


def update(org: Org, body: dict[str, Any], _: web.Request) -> dict[str, Any]:
    """PUT card/instances: overwrites everything unless updateCardDataByKey is set."""
    card = org.cards.get(str(body.get("outTrackId") or ""))
    if card is None:
        raise Refused("param.cardNotExist")
    apply(org, card, body)
    return {"success": True, "result": True}


def register(org: Org, body: dict[str, Any], _: web.Request) -> dict[str, Any]:
    """Where presses of HTTP cards go: one address a route key, replaced only when forced."""
    key, url = body.get("callbackRouteKey"), body.get("callbackUrl")
    if not isinstance(key, str) or not isinstance(url, str) or not key or not url.startswith("http"):
        raise Refused("param.invalid", "callbackRouteKey, callbackUrl")
    if key in org.routes and org.routes[key][0] != url and not body.get("forceUpdate"):
        raise Refused("param.invalid", "the route key is taken")
    org.routes[key] = (url, str(body.get("apiSecret") or ""))
    return {"success": True, "result": {"callbackUrl": url, "apiSecret": org.routes[key][1]}}


def apply(org: Org, card: Card, change: Mapping[str, Any]) -> None:
    """What an update or a callback's answer does to a card. Raises Refused for values the platform does not take."""
    options = change.get("cardUpdateOptions") or {}
    if change.get("cardData"):
        new = params(change["cardData"])
        card.data = card.data | new if options.get("updateCardDataByKey") else new
        org.on_card(card)


def params(data: Any) -> dict[str, str]:
    """cardParamMap: texts only, keys ≤ 100 bytes, values ≤ 1 KB. Raises Refused."""
    found = data.get("cardParamMap") if isinstance(data, dict) else None
    if not isinstance(found, dict):
        raise Refused("param.invalid", "cardData.cardParamMap")
    for name, value in found.items():
        if not isinstance(value, str) or len(name.encode()) > KEY_BYTES or len(value.encode()) > VALUE_BYTES:
            raise Refused("param.invalid", f"{name}: a text of at most {VALUE_BYTES} bytes")
    return dict(found)
