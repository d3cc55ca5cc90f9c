"""WeCom (企业微信) self-built apps: `codec` reads callbacks, `wire` spells messages, `client` calls the API."""

from bot.channels.wecom.channel import WeComChannel
from bot.channels.wecom.settings import WeComSettings

__all__ = ["WeComChannel", "WeComSettings"]
