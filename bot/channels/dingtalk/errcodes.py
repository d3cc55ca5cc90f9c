"""What a DingTalk error code means for a delivery: pause, try again, or never.

New-style APIs answer HTTP 4xx/5xx with a textual code, old ones and webhooks HTTP 200 with a number (protocol section 8).
"""

from typing import Final

from bot.channels.base import DeliveryError, Permanent, RateLimited, Temporary

STALE_TOKEN: Final = frozenset({"InvalidAuthentication", "40014", "42001"})
"""Fetch a new token once and repeat once."""
BAD_CREDENTIALS: Final = {
    "invalidClientIdOrSecret": "client_id 或 client_secret 不正确：请到开发者后台“凭证与基础信息”核对",
    "authFailed": "client_id 或 client_secret 不正确：请到开发者后台“凭证与基础信息”核对",
}
SESSION_GONE: Final = "300001"
NOT_HERE: Final = "400105"
"""From a session webhook: whether it works in 1:1 chats is undocumented, so this says no, for good."""

BARRED: Final = frozenset(
    {
        "Forbidden.AccessDenied.AccessTokenPermissionDenied",
        "60011",
        "Forbidden.AccessDenied.IpNotInWhiteList",
        "60020",
        "Forbidden.AccessDenied.ApiCountLimitForOrg",
        "90020",
    }
)
"""What is refused to the app as such, whoever it asks about."""

_PAUSES: Final = {
    "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi": 1.0,
    "Forbidden.AccessDenied.QpmLimitForAppkeyAndApi": 60.0,
    "Forbidden.AccessDenied.QpsLimitForApi": 2.0,
    "90018": 1.0,
    "90002": 2.0,
    "send.too.fast": 2.0,
    "too.many.group": 60.0,
    "too.many.people": 60.0,
    "130101": 60.0,
    "410100": 60.0,
    "1111": 300.0,
}
_TEMPORARY: Final = {
    "system.error": "钉钉系统繁忙",
    "system.busy": "钉钉系统繁忙",
    "resource.unavailable": "钉钉系统繁忙",
    "unknown.send.result": "钉钉没有说明是否送达",
    "ServiceUnavailable": "钉钉系统繁忙",
    "15": "钉钉网关超时",
    "-1": "钉钉系统繁忙",
} | dict.fromkeys(STALE_TOKEN, "访问令牌暂时无效")
_PERMANENT: Final = {
    "Forbidden.AccessDenied.AccessTokenPermissionDenied": "应用没有此接口的权限，请到开发者后台“权限管理”开通",
    "60011": "应用没有此接口的权限，请到开发者后台“权限管理”开通",
    "Forbidden.AccessDenied.IpNotInWhiteList": "服务器出口地址不在应用的IP白名单中",
    "60020": "服务器出口地址不在应用的IP白名单中",
    "Forbidden.AccessDenied.ApiCountLimitForOrg": "本月接口调用额度已用完",
    "90020": "本月接口调用额度已用完",
    "60121": "成员不在本组织",
    "50002": "成员不在应用的通讯录授权范围内",
    "50004": "部门不在应用的通讯录授权范围内",
    "60003": "部门不存在",
    "staffId.notExisted": "接收人不在本组织或应用可见范围内",
    "robot.oto.notExist": "接收人不在本组织或应用可见范围内",
    "chatbotId.notAllow.sendOTO": "机器人不能给此人发消息",
    "param.userIdNotExist": "接收人不在本组织或应用可见范围内",
    "miss.openConversationId": "群不存在",
    "invalid.openConversationId": "群不存在",
    "conversation.org.notMatch": "群不属于本组织",
    "group.disbanded": "群已解散",
    "bot.stopped": "机器人已停用",
    "param.templateNotExist": "卡片模板不存在，请核对 card_template_id",
    "param.templateUnpublished": "卡片模板没有发布",
    "param.cardAlreadyExist": "卡片已发出",
    "param.cardNotExist": "卡片不存在",
    "param.contentUnsafe": "内容未通过平台审核",
    "contain.unsafe.url": "内容未通过平台审核",
    "processQueryKey.expireTime": "已超过可撤回的时间",
    "invalid.processQueryKey": "消息不存在",
    "invalidParameter.msgParam.tooLong": "消息过长",
    "400013": "群不存在",
    "400101": "群机器人地址有误",
    "400102": "群机器人已停用",
    "400105": "这里发不了这类消息",
    "400106": "群机器人不在群里",
    "310000": "群机器人的安全设置不通过：请核对加签密钥、关键词或IP",
    "460101": "消息过长",
}
CARD_EXISTS: Final = "param.cardAlreadyExist"


class Refused(Permanent):
    """A refusal with DingTalk's own textual code kept beside the sentence."""

    def __init__(self, reason: str, said: str) -> None:
        super().__init__(reason, int(said) if said.isdecimal() and len(said) < 10 else 0)
        self.said = said


def failure(code: str) -> DeliveryError:
    """The error to raise for a code. The code stands in the text, so that it can be looked up."""
    if code in _PAUSES:
        return RateLimited(_PAUSES[code], f"钉钉限流（{code}）")
    if code in _TEMPORARY:
        return Temporary(f"{_TEMPORARY[code]}（{code}）")
    return Refused(f"{_PERMANENT.get(code, '钉钉拒收')}（{code}）", code)
