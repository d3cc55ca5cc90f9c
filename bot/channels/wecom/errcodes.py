"""What a WeCom error code means for a delivery: pause, try again, or never. The table follows the platform's own list.

Business errors come with HTTP 200; `errmsg` has a variable tail and is logged, never matched on.
"""

from typing import Final

from bot.channels.base import DeliveryError, Permanent, RateLimited, Temporary

STALE_TOKEN: Final = frozenset({40001, 40014, 42001})
"""Fetch a new token once and repeat once. (40001 means a bad secret when gettoken itself says it.)"""
BAD_CREDENTIALS: Final = {
    40001: "secret 不正确：请到管理后台核对本应用的 Secret",
    40013: "corp_id 不正确：请到管理后台“我的企业”核对企业 ID",
    40091: "secret 属于另一家企业：请核对 corp_id 与 Secret 是否配套",
    40125: "secret 不正确：请到管理后台核对本应用的 Secret",
}
"""From gettoken: stop asking. A wrong secret repeated gets the calling address blocked for an hour."""
MEDIA_GONE: Final = 40007
TASK_ID: Final = 42014
"""Bad task_id. Ours are well-formed, so on a repeat it says that the first try had arrived."""

BARRED: Final = frozenset({48002, 48006, 48009, 50003, 60020, 301007})
"""What is refused to the app as such, whoever it asks about."""

_PAUSES: Final = {45009: 60.0, 45033: 2.0}
_TEMPORARY: Final = {-1: "企业微信系统繁忙", 6000: "企业微信数据冲突"} | dict.fromkeys(STALE_TOKEN, "访问令牌暂时无效")
_PERMANENT: Final = {
    40003: "接收人账号无效",
    60111: "接收人账号不存在",
    46004: "接收人账号不存在",
    40007: "图片已过期",
    40056: "agent_id 不正确",
    301002: "agent_id 与密钥不配套",
    40058: "消息格式不被接受",
    42052: "已超过可撤回的时间",
    44004: "消息内容为空",
    45001: "文件过大",
    45002: "消息过长",
    40050: "群不存在",
    86001: "群不存在",
    86003: "群不存在",
    86008: "群不是本应用创建的",
    48002: "应用没有此接口的权限",
    48006: "应用因长期未使用被收回权限",
    48009: "此地址不能读取通讯录",
    60003: "部门不存在或不在应用可见范围内",
    60123: "部门不存在或不在应用可见范围内",
    50002: "接收人不在应用可见范围内",
    60011: "接收人不在应用可见范围内",
    60021: "接收人不在应用可见范围内",
    50003: "应用已停用",
    60020: "服务器出口地址不在企业可信IP中",
    81012: "没有接收人",
    82001: "没有接收人",
    81013: "接收人不在应用可见范围内",
    82004: "消息含有不允许的字符",
    85002: "消息含有不允许的词",
    93000: "群机器人已移除或地址有误",
    93004: "群机器人已停用",
    93006: "群机器人所在的群无效",
    93008: "群机器人不在群里",
    301007: "企业已被停用",
}


def failure(code: int) -> DeliveryError:
    """The error to raise for a non-zero code. The code stands in the text, so that it can be looked up."""
    if code in _PAUSES:
        return RateLimited(_PAUSES[code], f"企业微信限流（{code}）")
    if code in _TEMPORARY:
        return Temporary(f"{_TEMPORARY[code]}（{code}）")
    return Permanent(f"{_PERMANENT.get(code, '企业微信拒收')}（{code}）", code)


def may_mean_done(code: int) -> bool:
    """Whether a repeated update or recall refused with `code` may have been done the first time.

    The codes for a spent response code and for a message already recalled are not documented; those that plainly say
    something else (who, which app, which address) are excluded.
    """
    return code not in _PERMANENT or code == 40058
