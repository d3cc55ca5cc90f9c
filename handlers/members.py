"""New members: 登记 单位 姓名 by themselves; 确认成员, 不认识, 新成员 and the day's card by their liaison or the desk."""

import re
from collections.abc import Sequence

from bot.desk import cards, members, people, search
from bot.desk.members import Waiting
from bot.routing import Context, Router
from bot.views import members as views
from bot.views import reporter
from handlers.cards import press_of

router = Router("members")
REGISTER = re.compile(r"^登记[\s:：]*(?P<unit>\S+)\W+(?P<name>[^\s\d]{2,20})$")
I_AM = re.compile(
    r"^(?:你好|您好|[，,。\s])*我(?:是|叫)(?P<unit>[\u4e00-\u9fff]{2,20}(?:局|委|办|院|中心|处|厅|会|署|馆|队|站|所))的?(?P<name>[\u4e00-\u9fff·]{2,4})[。！!]*$"
)
"""我是民政局的钱七: the same in a sentence."""
DECIDE = re.compile(r"^(?P<verb>确认成员|不认识)(?:[\s:：]+(?P<who>\S+))?(?:\s+(?P<unit>\S+))?$")
ALL = re.compile(r"^(?:全部|全都|都|统统)确认(?:了|吧)?[。！!]?$|^确认全部$")
"""What the card's button says, typed."""
_NAME = r"(?P<who>(?!我们|咱们|不)[\u4e00-\u9fff·]{2,6}?|#\d{1,9})"
_OURS = r"(?:我们?|咱们?|本)(?:这边|这里|这)?(?:单位|局|科室?|处室?|办|院|中心)?(?:里)?的?(?:人|同事|员工|职工|新人|新同事)?"
_SO = r"(?:的|了|啊|呀|哦|吧|[搞弄说点看]错了?|[，,。！!\s])*$"
_YES_OR = r"(?:对的?|是的?|嗯|没错|好的|不是的?|不对|不|没有|[，,\s])*"
SAID = (
    (False, re.compile(rf"^{_YES_OR}{_NAME}(?:他|她)?(?:并|根本|肯定)?不(?:是|属于|在){_OURS}{_SO}")),
    (False, re.compile(rf"^{_YES_OR}(?:{_OURS})?(?:并|根本)?(?:没有?|不认识|查无){_NAME}(?:这个?人|此人)?{_SO}")),
    (False, re.compile(rf"^{_YES_OR}{_NAME}(?:他|她|我|我们)?(?:都)?不认识{_SO}")),
    (True, re.compile(rf"^{_YES_OR}{_NAME}(?:他|她)?(?:确实|就|的确|也)?(?:是|属于|在)?{_OURS}{_SO}")),
    (
        True,
        re.compile(
            rf"^{_YES_OR}{_NAME}(?:他|她)?(?:确实|就|的确|也)?是(?P<unit>[\u4e00-\u9fff]{{2,20}}?(?:局|委|办|院|中心|处|厅))的?人?{_SO}"
        ),
    ),
)
"""Whether somebody is one of them, as a liaison says it (张新是我们单位的, 没有张新这个人), or the desk of an agency's."""
LIST = ("新成员", "待确认成员")
YES, NO = "确认成员", "不认识"


def _decides(ctx: Context) -> bool:
    return people.is_desk(ctx.person) or members.LIAISON in ctx.person.positions


def _says_who_he_is(ctx: Context) -> bool:
    """我是民政局的电脑坏了 tells something else."""
    tells = ctx.understanding is not None and ctx.understanding.decision not in ("other", "route", "human")
    return bool(REGISTER.match(ctx.text)) or (bool(I_AM.match(ctx.text)) and not tells)


@router.on(lambda ctx: not ctx.person.confirmed and _says_who_he_is(ctx))
async def register(ctx: Context) -> bool:
    """The unit he names is remembered after this, as it is of any line of his (members.noticed)."""
    match = REGISTER.match(ctx.text) or I_AM.match(ctx.text)
    said, name = (match["unit"], match["name"]) if match else ("", "")
    unit = await members.named(ctx.tx, said)
    if unit is None:
        await ctx.reply(views.no_such_unit(said))
    else:
        ctx.person.name = name
        ctx.tx.add(ctx.person)
        await ctx.reply(views.registered(name, unit.name))
    return True


@router.press("members-all", "members-list", "members-none")
async def pressed(ctx: Context) -> bool:
    press = press_of(ctx)
    number = await cards.about(ctx.tx, press, ctx.person, members.CARD)
    if not number or not _decides(ctx):
        await ctx.reply(reporter.expired_card(ctx.office.voice))
        return True
    unit_id = int(number)
    found = [(m, p) for m, p in await members.for_reader(ctx.tx, ctx.person) if m.unit_id == unit_id and m.listed_at]
    if not found:
        await _stand(ctx, unit_id)
    elif press.verb == "members-all":
        await _confirm(ctx, found)
    elif press.verb == "members-none" and len(found) == 1:
        await _refuse(ctx, found)
    else:
        await _list(ctx, found)
    return True


@router.on(lambda ctx: _decides(ctx) and ctx.text in LIST)
async def listing(ctx: Context) -> bool:
    await _list(ctx, await members.for_reader(ctx.tx, ctx.person))
    return True


@router.on(lambda ctx: _decides(ctx) and bool(DECIDE.match(ctx.text) or ALL.match(ctx.text)))
async def decide(ctx: Context) -> bool:
    """Without a name 确认成员 confirms those whom the day's card showed; 不认识 wants one."""
    match = DECIDE.match(ctx.text)
    await _decide(ctx, *((match["verb"], match["who"], match["unit"]) if match else (YES, None, None)))
    return True


@router.on(lambda ctx: _decides(ctx) and any(pattern.match(ctx.text) for _, pattern in SAID))
async def decide_in_words(ctx: Context) -> bool:
    """The same in his own words, about somebody who waits, or waited, to be confirmed. Of a member, and of a name that is
    nobody's, he hears how that stands, unless it is a device that is theirs.
    """
    said = [(yes, match) for yes, pattern in SAID if (match := pattern.match(ctx.text))]
    for yes, match in said:
        who, unit = match["who"], match.groupdict().get("unit")
        if await _known(ctx, who):
            await _decide(ctx, YES if yes else NO, who, unit if people.is_desk(ctx.person) else None)
            return True
    yes, match = said[0]
    if found := await search.called(ctx.tx, match["who"]):
        unit = await people.unit_name(ctx.tx, found[0].unit_id)
        await ctx.reply(views.member_already(found[0], unit) if yes else views.listed_member(found[0], unit))
        return True
    meaning = ctx.understanding
    if meaning is None or meaning.named or meaning.decision not in ("other", "human"):
        return False
    await ctx.reply(views.nobody(match["who"]))
    return True


async def _known(ctx: Context, said: str) -> bool:
    mine = await members.for_reader(ctx.tx, ctx.person)
    unit_id = None if people.is_desk(ctx.person) else ctx.person.unit_id
    waits = any(said in (p.name, f"#{p.id}") for _, p in mine)
    return waits or await members.last_decided(ctx.tx, unit_id, said) is not None


async def _decide(ctx: Context, verb: str, said: str | None, of: str | None) -> None:
    mine = await members.for_reader(ctx.tx, ctx.person)
    shown = [(m, p) for m, p in mine if m.listed_at and m.unit_id]
    if said is None and (verb != YES or not shown):
        await _list(ctx, mine)
        return
    found = shown if said is None else [(m, p) for m, p in mine if said in (p.name, f"#{p.id}")]
    if said and not found:
        found = await members.decided_by(ctx.tx, ctx.person, "refused" if verb == YES else "confirmed", said)
    if said is not None and not found:
        await _stand(ctx, None if people.is_desk(ctx.person) else ctx.person.unit_id, said)
    elif said is not None and len(found) > 1:
        await ctx.reply(views.several(said, [p for _, p in found]))
    elif verb != YES:
        await _refuse(ctx, found)
    elif of and people.is_desk(ctx.person):
        units = await search.units_called(ctx.tx, of)
        if len(units) == 1:
            await _confirm(ctx, found, units[0].id)
        else:
            await ctx.reply(views.no_such_unit(of))
    else:
        await _confirm(ctx, found)


async def _confirm(ctx: Context, found: Sequence[Waiting], unit_id: int | None = None) -> None:
    for member in found:
        to = unit_id or member[0].unit_id
        if to is None:
            await ctx.reply(views.which_unit(member[1].name))
            return
        await members.confirm(ctx.tx, ctx.person, member, to)
    await ctx.reply(views.confirmed([p.name for _, p in found]))


async def _refuse(ctx: Context, found: Sequence[Waiting]) -> None:
    for member in found:
        await members.refuse(ctx.tx, ctx.office, ctx.person, member)
    await ctx.reply(views.refused([p.name for _, p in found]))


async def _list(ctx: Context, found: Sequence[Waiting]) -> None:
    if not found:
        await ctx.reply(views.none_waiting())
        return
    shown = [(p, await people.unit_name(ctx.tx, m.unit_id), m.since) for m, p in found]
    await ctx.reply(views.each(ctx.office.voice, shown, ctx.tx.now))


async def _stand(ctx: Context, unit_id: int | None, said: str = "") -> None:
    """Too late, or about nobody who waits: who decided what."""
    if last := await members.last_decided(ctx.tx, unit_id, said):
        row, who, by, at = last
        await ctx.reply(views.already(ctx.office.voice, who, by, row.state == "confirmed", at, ctx.tx.now))
    else:
        await ctx.reply(views.nobody(said) if said else views.none_waiting())
