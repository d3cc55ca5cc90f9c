"""A reason or a note typed with a command may be classified (R5): then the command is not carried out and nothing is kept.

Whatever is no such command is a report, and goes the way of R5 as one.
"""

import re

from bot.core import late_entries
from bot.core.updates import Text
from bot.desk import passing, people
from bot.routing import Context, Router

router = Router("classified")

NUMBER = r"(?:#?\d{1,9}\s*号\s*[，,：:]?\s*)?"
WITH_WORDS = re.compile(
    rf"^{NUMBER}(?:不同意|代同意|补充说明|说明|退回|退单|拒单|不接|接不了|求助|跳过|暂停|转交|换人|优先级|办结|关闭|争议|异议)"
    r"[\s\d#号，,：:]"
)
"""Commands whose words are kept on a ticket or passed on."""
LATE = re.compile(rf"^(?:补录)?[\s,:]*{NUMBER}")


def _late(ctx: Context) -> bool:
    """A technician's late entries, with their notes."""
    line = late_entries.tidy(ctx.text)
    told = "补录" in line[:14] or late_entries.looks_like(LATE.sub("", line))
    return people.is_engineer(ctx.person) and told


@router.on(
    lambda ctx: (
        isinstance(ctx.update.content, Text)
        and ctx.understanding is not None
        and ctx.understanding.decision == "classified"
        and (bool(WITH_WORDS.match(ctx.text)) or _late(ctx))
    )
)
async def refuse(ctx: Context) -> bool:
    await passing.refuse_classified(ctx.tx, ctx.person)
    return True
