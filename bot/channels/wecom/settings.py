"""What one self-built WeCom app (自建应用) needs to be told. Checked when it is made, immutable after."""

import re
from dataclasses import dataclass, field
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.channels.base import ConfigurationWrong
from bot.channels.net import is_url


@dataclass(frozen=True)
class WeComSettings:
    """`unique_by` says how a text that may honestly be repeated differs from its twin on the wire (see `wire`).

    Raises ConfigurationWrong when a value cannot be right.
    """

    name: str
    corp_id: str
    agent_id: int
    secret: str = field(repr=False)
    token: str = field(repr=False)
    encoding_aes_key: str = field(repr=False)
    api_base: str = "https://qyapi.weixin.qq.com"
    public_url: str = ""
    proxy: str = ""
    ca_file: str = ""
    unique_by: Literal["field", "suffix"] = "field"
    duplicate_check_s: int = 120
    timezone: str = "Asia/Shanghai"

    def __post_init__(self) -> None:
        for key in ("name", "corp_id", "secret", "token"):
            if not getattr(self, key):
                raise self._wrong(key, "不能为空")
        if self.agent_id <= 0:
            raise self._wrong("agent_id", "应是管理后台显示的应用 AgentId（正整数）")
        if not re.fullmatch(r"[0-9A-Za-z]{43}", self.encoding_aes_key):
            raise self._wrong("encoding_aes_key", "应是管理后台显示的 43 位字母和数字")
        for key in ("api_base", "public_url", "proxy"):
            value = getattr(self, key)
            if (value or key == "api_base") and not is_url(value):
                raise self._wrong(key, "应是以 http:// 或 https:// 开头的地址")
        if self.unique_by not in ("field", "suffix"):
            raise self._wrong("unique_by", "只能是 field 或 suffix")
        if not 1 <= self.duplicate_check_s <= 4 * 3600:
            raise self._wrong("duplicate_check_s", "应在 1 到 14400 秒之间")
        try:
            ZoneInfo(self.timezone)
        except (ZoneInfoNotFoundError, ValueError):
            raise self._wrong("timezone", "不是有效的时区名") from None

    def _wrong(self, key: str, how: str) -> ConfigurationWrong:
        return ConfigurationWrong(f"企业微信连接 {self.name or '（未命名）'} 的 {key} {how}")
