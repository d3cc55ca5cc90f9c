"""DingTalk (钉钉): one enterprise robot, heard over the stream or by signed HTTP callbacks, on aiohttp without the SDK."""

from bot.channels.dingtalk.channel import DingTalkChannel
from bot.channels.dingtalk.settings import DingTalkSettings
from bot.channels.dingtalk.stream import Pace

__all__ = ["DingTalkChannel", "DingTalkSettings", "Pace"]
