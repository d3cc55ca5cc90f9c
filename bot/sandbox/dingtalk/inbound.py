"""What the robot hears (protocol section 3): bodies of robot messages, and their way to the app by stream or by HTTP."""

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout

from bot.sandbox.clock import elapsed
from bot.sandbox.dingtalk.gateway import CARDS, MESSAGES, Gateway
from bot.sandbox.dingtalk.org import Org
from bot.sandbox.dingtalk.signing import card_sign, robot_sign
from bot.sandbox.faults import Faults

TIMEOUT_S = 5.0
CARD_S = 2.0
STALE = timedelta(minutes=10)


@dataclass(frozen=True)
class Delivery:
    """What became of one message. `status` 200: acknowledged; 0: nobody took it (yet). `answer`: of a card callback."""

    at: datetime
    what: str
    status: int
    tries: int
    ms: float
    answer: dict[str, Any] | None = None


def body(org: Org, userid: str, msgtype: str, own: dict[str, Any], conversation_id: str = "") -> dict[str, Any]:
    """A robot message as the platform builds it; `conversation_id` for one said in a group."""
    now = org.clock.now() - (STALE if org.faults.take("stale") else timedelta(0))
    member = org.members[userid]
    session, until = org.new_session(userid, conversation_id)
    made: dict[str, Any] = {
        "msgId": f"msg{secrets.token_urlsafe(16)}==",
        "createAt": int(now.timestamp() * 1000),
        "conversationType": "2" if conversation_id else "1",
        "conversationId": conversation_id or f"cid{userid}==",
        "senderId": f"$:LWCP_v1:${secrets.token_hex(8)}",
        "senderStaffId": userid,
        "senderNick": member.name,
        "senderCorpId": org.corp_id,
        "chatbotCorpId": org.corp_id,
        "chatbotUserId": "$:LWCP_v1:$robot",
        "isAdmin": False,
        "sessionWebhook": session,
        "sessionWebhookExpiredTime": int(until.timestamp() * 1000),
        "robotCode": org.robot_code,
        "senderPlatform": "Win",
        "msgtype": msgtype,
    }
    if conversation_id:
        made |= {"conversationTitle": org.groups[conversation_id].name, "isInAtList": True}
        made["atUsers"] = [{"dingtalkId": "$:LWCP_v1:$robot"}]
    if not org.streamed():
        return made | {"errorCode": 20001, "errorMessage": "webhook and stream quota used up"}
    return made | own


class Messenger:
    """Takes messages and card presses to the app, with the faults that are due."""

    def __init__(self, gateway: Gateway, faults: Faults, session: Callable[[], ClientSession]) -> None:
        self._gateway, self._faults, self._session = gateway, faults, session
        self._held: list[tuple[Org, dict[str, Any]]] = []

    async def deliver(self, org: Org, what: str, message: dict[str, Any], base: str) -> Delivery:
        """One robot message. `base` is the address of the old API, for the session webhook."""
        at, begin = org.clock.now(), elapsed()
        message["sessionWebhook"] = f"{base}/robot/sendBySession?session={message['sessionWebhook']}"
        if self._faults.take("reorder"):
            self._held.append((org, message))
            return Delivery(at, what, 200, 0, 0.0)
        acked = await self._once(org, message)
        if self._faults.take("duplicate"):
            await self._once(org, message)
        held, self._held = self._held, []
        for other, earlier in held:
            await self._once(other, earlier)
        return Delivery(at, what, 200 if acked else 0, 1, (elapsed() - begin) * 1000)

    async def _once(self, org: Org, message: dict[str, Any]) -> bool:
        if org.mode == "stream":
            return await self._gateway.robot_message(org, message)
        if self._faults.take("drop"):
            return False
        stamp = str(int(org.clock.now().timestamp() * 1000))
        headers = {"timestamp": stamp, "sign": robot_sign(org.client_secret, stamp)}
        return await self._post(org.callback_url, message, headers, TIMEOUT_S) is not None

    async def press(self, org: Org, route: str, data: dict[str, Any]) -> Delivery:
        """A button of an interactive card; what comes within 2 s is the card's change, later answers are nothing."""
        at, begin = org.clock.now(), elapsed()
        answer: dict[str, Any] | None
        if not route:
            acked = await self._gateway.push(org, CARDS, data, within_s=CARD_S)
            if self._faults.take("duplicate"):
                await self._gateway.push(org, CARDS, data, within_s=CARD_S)
            answer = acked.get("response") if acked is not None else None
            answer = answer if isinstance(answer, dict) else {} if acked is not None else None
        else:
            stamp = str(int(org.clock.now().timestamp() * 1000))
            url, secret = org.routes[route]
            signed = card_sign(secret, stamp)
            headers = {"x-ddpaas-signature-timestamp": stamp, "x-ddpaas-signature": signed}
            answer = await self._post(url, data, headers, CARD_S)
        return Delivery(at, "按钮", 0 if answer is None else 200, 1, (elapsed() - begin) * 1000, answer)

    async def _post(
        self, url: str, data: dict[str, Any], headers: dict[str, str], within_s: float
    ) -> dict[str, Any] | None:
        """The JSON answered with 200, None for anything else."""
        try:
            async with self._session().post(
                url, json=data, headers=headers, timeout=ClientTimeout(total=within_s)
            ) as response:
                if response.status != 200:
                    return None
                answer = json.loads(await response.read() or b"{}")
                return answer if isinstance(answer, dict) else {}
        except (ClientError, TimeoutError, OSError, ValueError):
            return None


__all__ = ["CARDS", "MESSAGES", "Delivery", "Messenger", "body"]
