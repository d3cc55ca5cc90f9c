"""打给李梅问问, 给他打个电话, 赵磊电话多少: staff read who that is and how to reach him; a reporter also through the bot."""

import re

from bot.core.updates import Text
from bot.desk import focus, people, search, tickets
from bot.desk.people import Person
from bot.desk.tickets import Ticket
from bot.routing import Context, Router
from bot.views import staff as views
from handlers import technician_words

router = Router("reach")
_WHO = r"(?P<{}>他|她|用户|报障人|使用人|(?![我你您谁这那])[\u4e00-\u9fff]{{2,4}}?)"
_ONE = _WHO.format("one")
FORMS = (
    re.compile(
        rf"^(?:我)?(?:先|要|想|得|再|去|帮我|请|麻烦)*(?:打(?:个|一个|通)?电话(?:给|问问?)|给|打(?:给|个给)|致电|联系(?:一下)?|问问|电话(?:联系|问)(?:一下)?){_ONE}"
        r"(?:打(?:个|一个|通)?(?:电话|过去)|去个电话)?(?:问问|问一下|问下|说一声|看看|一下|核实|确认|在不在)*(?:吧|呗)?[。！!]?$"
    ),
    re.compile(rf"^{_ONE}的?(?:电话|手机|号码|手机号|联系方式)(?:号码?)?(?:是)?(?:多少|几号|什么|有吗|呢)?[？?]?$"),
)
PRONOUNS = ("他", "她", "用户", "报障人", "使用人")


def _at_work(ctx: Context) -> bool:
    staff = people.is_desk(ctx.person) or people.is_engineer(ctx.person)
    return staff and isinstance(ctx.update.content, Text) and not ctx.update.chat_id


@router.on(lambda ctx: _at_work(ctx) and any(form.match(ctx.text) for form in FORMS))
async def asked(ctx: Context) -> bool:
    """Of a name that nobody has it is about something else."""
    match = next((said for form in FORMS if (said := form.match(ctx.text))), None)
    if match is None or technician_words.danger(ctx):
        return False
    held = await tickets.held_by(ctx.tx, ctx.person)
    if match["one"] in PRONOUNS:
        ticket = focus.of(held, ctx.person)
        who = await people.person(ctx.tx, ticket.reporter_id) if ticket else None
        found = [who] if who is not None else []
    else:
        found = (await search.called(ctx.tx, match["one"]))[: search.SHOWN]
    rows = [await _row(ctx, who, held) for who in found]
    if rows:
        await ctx.reply(views.reach(rows))
    return bool(rows)


async def _row(ctx: Context, who: Person, held: list[Ticket]) -> tuple[Person, str, Ticket | None, bool]:
    """Who it is, of which agency, the ticket about which the bot can connect (his own in hand, to a seat his newest), and whether
    he may read the number: of a colleague, or on account of that ticket."""
    among = held if not people.is_desk(ctx.person) else await tickets.live_of(ctx.tx, who)
    about = next((t for t in among if t.reporter_id == who.id and t.kind != "classified"), None)
    return who, await people.unit_name(ctx.tx, who.unit_id), about, about is not None or people.is_staff(who)
