"""要收费吗, 要钱吗, 还在保修期吗: what the service costs is answered, and is no report of ransomware or of a purchase."""

import re

from bot.desk import people
from bot.routing import Context, Router
from bot.views import reporter as views
from handlers import own_tickets

router = Router("charges")
_ABOUT = (
    r"(?:请问|你好|您好|那|这个?|你们|咱们|师傅|上门|维修|修理?|服务|报修|弄|来|去|换(?:个|一?[个支块台])?(?:件|配件|零件|硒鼓|墨盒|墨粉|粉盒|电池|硬盘|内存|键盘|鼠标|屏幕?)?"
    r"|一[次趟下]|了|的|是|[，,\s])*"
)
_MONEY = r"(?:另外)?(?:收|付|花|给|出|要)?(?:费用?|钱)"
ASKS = re.compile(
    rf"^{_ABOUT}(?:(?:需要|还要|要|会|用|得)*(?:{_MONEY}|收费|付费)的?(?:吗|么|不|嘛)|(?:要不要|用不用|需不需要|会不会|收不收)(?:{_MONEY}|收费|付费)"
    r"|(?:需要|要|得|大概|大约|是)*(?:多少钱|几多钱|多少费用|怎么收费|什么价格?)|(?:是|都)?免费的?(?:吗|么|嘛)"
    r"|(?:还|在|有|过|是|设备|电脑|打印机)*(?:保修|质保|三包|保)(?:期)?(?:以?内|里)?(?:了)?(?:吗|么|没有?|嘛|不)|过保了?(?:怎么办|吗))[啊呀呢?？。]*$"
)


@router.on(lambda ctx: own_tickets.said(ctx) and not people.is_staff(ctx.person) and bool(ASKS.match(ctx.text)))
async def asked(ctx: Context) -> bool:
    await ctx.reply(views.charges(ctx.office.voice))
    return True
