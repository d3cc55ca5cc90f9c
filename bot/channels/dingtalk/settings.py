"""What one DingTalk enterprise robot (企业内部应用机器人) needs to be told. Checked when it is made, immutable after."""

import re
from dataclasses import dataclass, field
from typing import Literal

from bot.channels.base import ConfigurationWrong
from bot.channels.net import is_url


@dataclass(frozen=True)
class DingTalkSettings:
    """`card_template_id` empty: cards are template-free (action cards whose buttons send a line, plus typed commands).

    `event_token` and `event_aes_key` belong to the HTTP event subscription and are only needed for it. Raises
    ConfigurationWrong when a value cannot be right.
    """

    name: str
    corp_id: str
    client_id: str
    client_secret: str = field(repr=False)
    robot_code: str
    mode: Literal["stream", "http"] = "stream"
    api_base: str = "https://api.dingtalk.com"
    oapi_base: str = "https://oapi.dingtalk.com"
    card_template_id: str = ""
    card_route_key: str = ""
    public_url: str = ""
    """Where the platform reaches us, for card presses in HTTP mode."""
    event_token: str = field(default="", repr=False)
    event_aes_key: str = field(default="", repr=False)
    proxy: str = ""
    robot_secrets: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    """Address and signing secret (加签) of the custom group robots written to through this connection."""

    def robot_secret(self, address: str) -> str:
        """The signing secret of a custom robot; empty when it needs none."""
        return dict(self.robot_secrets).get(address, "")

    def __post_init__(self) -> None:
        for key in ("name", "corp_id", "client_id", "client_secret", "robot_code"):
            if not getattr(self, key):
                raise self._wrong(key, "不能为空")
        if self.mode not in ("stream", "http"):
            raise self._wrong("mode", "只能是 stream 或 http")
        for key in ("api_base", "oapi_base", "proxy"):
            value = getattr(self, key)
            if (value or key != "proxy") and not is_url(value):
                raise self._wrong(key, "应是以 http:// 或 https:// 开头的地址")
        if bool(self.event_token) != bool(self.event_aes_key):
            raise self._wrong("event_token", "和 event_aes_key 要么都填，要么都不填")
        if self.event_aes_key and not re.fullmatch(r"[0-9A-Za-z]{43}", self.event_aes_key):
            raise self._wrong("event_aes_key", "应是开发者后台显示的 43 位字母和数字")
        if self.mode == "http" and self.card_template_id and not self.card_route_key:
            raise self._wrong(
                "card_route_key", "在 http 模式下使用卡片模板时必填（自取一个名字，用来登记卡片回调地址）"
            )
        if self.mode == "http" and self.card_template_id and not is_url(self.public_url):
            raise self._wrong("card_route_key", "需要 [http] public_url：平台按它回调卡片按钮")

    def _wrong(self, key: str, how: str) -> ConfigurationWrong:
        return ConfigurationWrong(f"钉钉连接 {self.name or '（未命名）'} 的 {key} {how}")
