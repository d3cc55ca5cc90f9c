"""The yes a service request needs: by card or typed (同意 14, 不同意 14 理由, 转给 14 姓名), by whoever is asked for it."""

import re
from datetime import timedelta

from bot.core.ticket import Status
from bot.core.updates import Text
from bot.desk import additions, approvals, cards, consent, duty_requests, people, requests, search, tickets
from bot.desk.approvals import Approval
from bot.desk.tickets import Ticket
from bot.routing import Context, Router
from bot.views import approvals as views
from bot.views import desk as desk_views
from bot.views import desk_tools, reporter
from handlers.cards import on_press, press_of, true_state

router = Router("approvals")

LONGEST_QUESTION = 40
KIND = "refuse"
"""Of the dialogue in which we wait for the reason of a no."""
QUESTION = "approval-question"
"""Of the dialogue in which the applicant is to answer what the approver asked."""
PURPOSE = re.compile(
    r"(?:做|干|搞|弄)(?:什么|啥)|干[嘛吗]|(?:什么|啥)用|用来|用在哪|为什么|为啥|凭什么|用途|多久|多长时间|(?:什么时候|几号|哪天)(?:用|要|还|为止|结束)|到什么时候|给谁|谁(?:要|用|申请)"
)
"""What is asked about a wish; of a fault nobody asks it."""
MORE = re.compile(
    r"哪[台个里间款种]|几[台个套天]|多少|什么(?:型号|软件|系统|版本|权限|设备)|有没有|能不能|是不是|一定要|必须|[吗呢]$|[?？]$"
)
HIM = re.compile(
    r"^(?:请问|问一下|问问|那|这个?)*(?:他们?|她们?|申请人|对方|这个?(?:申请|单子?)|#?\d{1,9}\s*号)|(?:^|问一?[下问]?)(?:他|她|申请人)"
)
LET = re.compile(
    r"^(?:#?(?P<id>\d{1,9})\s*号)?(?:这个|这事|这单|这张单?|申请|那)*(?:不归我(?:管|批)?|我(?:不管|批不了|不批)(?:这个|这些)?|不是我批的?)?[，,\s]*"
    r"(?:应该|应|得|要|去|你们?|就|还是|先|由|是)*(?:让|叫|请|找|由|转给|转|给|问)?\s*(?P<name>(?![我你您他她谁不])[\u4e00-\u9fff]{2,4}?)(?:他|她)?(?:来|去)?(?:审批|批准|批|审|签字?|决定|定)(?:一?下)?(?:的|吧|就行|就好)*[。！!]?$"
)
"""这个让吴凡批吧."""
NOT_ME = re.compile(
    r"^(?:这个|这事|这单|这)*(?:不归我(?:管|批)|我(?:批不了|不管(?:这个|这些)?)|不是我(?:批|管)的?)(?:的|了|吧)*[。！!]?$"
)
ASIDE = ("progress", "urge", "thanks", "human", "cancel")
"""What somebody who owes us a reason may say instead; the request waits on."""
SAME = {"批准": "同意", "通过": "同意", "不批准": "不同意", "不批": "不同意", "驳回": "不同意"}
"""How agencies put it; of staff they are answers to leave and swaps (handlers/duty.py)."""
SAID = re.compile(
    r"^(?:(?P<word>转给|转批|不同意)|(?P<plain>同意|批准|通过|不批准|不批|驳回)(?=[\s，,。：:！!#\d]|$))"
    r"(?:\s*#?(?P<id>\d{1,9})\s*(?:号(?:单|的?申请)?)?(?(word)|(?=[\s，,。：:！!]|$)))?"
    r"(?(id)|(?![\s#]*\d))[，,：:\s]*(?P<rest>.*)$",
    re.S,
)
"""通过VPN连不上 and 同意书打不出来 are matters of his own."""


_SORRY = (
    r"^(?:不好意思|抱歉|对不起|哎呀?|糟了?|等等|等一下|[，,。！!\s])*(?:我)?"
    r"(?:刚才|刚刚|刚|之前|上午|下午|昨天|不小心|手滑|[，,\s])*"
)
REGRET = re.compile(
    rf"{_SORRY}(?:把?#?(?P<id>\d{{1,9}})\s*号(?:单|那个|那张|的申请)?的?|那个|这个|那单|这单)?"
    r"(?:(?:我)?(?:批|审批|审|同意|批准|通过|(?P<slip>[点按]))(?:准|成同意)?(?:错|错人|错单)了?"
    r"|(?:撤回|撤销|收回|取消)(?:我的?)?(?:刚才的?)?(?:对)?(?:#?(?P<no>\d{1,9})\s*号?的?)?(?:同意|批准|审批|通过)"
    r"|(?:我)?(?:又|现在|还是)?(?:不同意|不批)了|不(?:该|应该?)(?:批|同意)的?)"
    r"(?:\s*#?(?P<last>\d{1,9})\s*号?)?(?:[，,。！!\s]+(?P<why>.*))?(?:了|的|吧|一下|[。！!])*$",
    re.S,
)
"""我刚才批错了, 撤回同意 14, 不同意了: of whoever has said yes."""
REGRETTED = timedelta(days=1)
"""Without a number it is about what he said yes to this lately."""
ASKED_OF = re.compile(r"(?:来)?(?:审批|批准?|审)(?:一下)?吧?$|吧$")
"""转给吴凡批: what follows the name."""
WHO = re.compile(
    r"^(?:现在|还)?(?:是|在|等|在等|要|该)*(?:谁|哪位|哪个领导)(?:在|来|给|负责)?(?:审批|批|审核|审)(?:的|呢|啊)?[？?]?$"
)


def _anybody(ctx: Context, ticket: Ticket) -> bool:
    """The card was his (judged before)."""
    return True


async def stand(ctx: Context, ticket: Ticket) -> None:
    """How the request stands and who decided, or who is asked now."""
    if row := await approvals.standing(ctx.tx, ticket):
        await ctx.reply(views.elsewhere(ticket, await approvals.named(ctx.tx, row)))
        return
    row, who = await approvals.outcome(ctx.tx, ticket)
    if row is None or who is None or row.decided_at is None:
        await true_state(ctx, ticket)
    else:
        given = row.state == "given"
        await ctx.reply(views.already(ctx.office.voice, ticket, who.name, given, row.decided_at, ctx.tx.now))


@on_press(router, "approve-yes", "approve-no", "approve-pass", may=_anybody, stale=stand)
async def card(ctx: Context, ticket: Ticket) -> None:
    word = {"approve-yes": "同意", "approve-no": "不同意", "approve-pass": "转给"}[press_of(ctx).verb]
    await _say(ctx, ticket, word, "")


@router.on(lambda ctx: isinstance(ctx.update.content, Text) and bool(REGRET.match(ctx.text)))
async def regrets(ctx: Context) -> bool:
    """我刚才批错了: his yes is taken back as far as it can be. What he agreed to before a step is heard elsewhere (field.py)."""
    match = REGRET.match(ctx.text)
    if match is None or (ctx.understanding and ctx.meaning.decision in ("emergency", "classified")):
        return False
    named = match["id"] or match["no"] or match["last"]
    number = int(named) if named else ctx.quoted
    if match["slip"] and number is None and await tickets.live_of(ctx.tx, ctx.person):
        return False
    given = await approvals.given_by(ctx.tx, ctx.person)
    lately = [t for r, t in given if r.decided_at is not None and ctx.tx.now - r.decided_at <= REGRETTED]
    meant = [t for t in lately if number is None] or [t for _, t in given if t.id == number]
    if await consent.given_by(ctx.tx, ctx.person):
        return False
    if not meant:
        said = not match["slip"] and not people.is_staff(ctx.person)
        if said:
            await ctx.reply(views.nothing_given())
        return said
    await requests.reconsidered(ctx.tx, ctx.office, meant[0], ctx.person, ctx.text)
    return True


@router.on(lambda ctx: bool(SAID.match(ctx.text)))
async def typed(ctx: Context) -> bool:
    """With the number, or without it when this is the only thing he is asked."""
    match = SAID.match(ctx.text)
    if match is None:
        return False
    said, rest = match["word"] or match["plain"], match["rest"].strip(" 。！!")
    word = SAME.get(said, said)
    if said in SAME and people.is_staff(ctx.person):
        return False
    if ctx.understanding is not None and (
        ctx.meaning.decision == "emergency" or (match["plain"] and rest and ctx.meaning.decision == "dispatch")
    ):
        return False
    number = int(match["id"]) if match["id"] else ctx.quoted
    if number is not None:
        ticket = await tickets.get(ctx.tx, number)
        if ticket is None or not await approvals.rows(ctx.tx, ticket) or await _of_duty(ctx, number):
            return False
        await _say(ctx, ticket, word, rest)
        return True
    waiting = [ticket for _, ticket in await approvals.waiting_for(ctx.tx, ctx.person)]
    others = [ticket for _, ticket in await consent.waiting_for(ctx.tx, ctx.person)] if word != "转给" else []
    if not waiting:
        return False
    if len(waiting) + len(others) > 1:
        await ctx.reply(views.which([*waiting, *others]))
    else:
        await _say(ctx, waiting[0], word, rest)
    return True


@router.on(lambda ctx: isinstance(ctx.update.content, Text) and bool(LET.match(ctx.text) or NOT_ME.match(ctx.text)))
async def let_another(ctx: Context) -> bool:
    """这个让吴凡批吧, 不归我批: as 转给, of the one thing that waits for him or the one he names."""
    match = LET.match(ctx.text)
    number = int(match["id"]) if match and match["id"] else ctx.quoted
    waiting = [ticket for _, ticket in await approvals.waiting_for(ctx.tx, ctx.person)]
    if number is not None:
        waiting = [ticket for ticket in waiting if ticket.id == number]
    if len(waiting) > 1:
        await ctx.reply(views.which_to_pass(waiting))
    elif waiting:
        await _say(ctx, waiting[0], "转给", match["name"] if match else "")
    return bool(waiting)


@router.on(
    lambda ctx: (
        isinstance(ctx.update.content, Text)
        and ctx.pending is None
        and len(ctx.text) <= LONGEST_QUESTION
        and _asks(ctx)
    )
)
async def asks_back(ctx: Context) -> bool:
    """他要VPN做什么: whoever wants it is asked, and the approval stays open."""
    waiting = [t for _, t in await approvals.waiting_for(ctx.tx, ctx.person) if ctx.quoted in (None, t.id)]
    plainly = bool(HIM.search(ctx.text))
    if not waiting or (not plainly and (people.is_staff(ctx.person) or await tickets.live_of(ctx.tx, ctx.person))):
        return False
    named = re.match(r"#?(\d{1,9})\s*号", ctx.text)
    waiting = [t for t in waiting if named is None or t.id == int(named[1])] or waiting
    if len(waiting) > 1:
        await ctx.reply(views.which(waiting))
    else:
        await approvals.ask_back(ctx.tx, waiting[0], ctx.person, ctx.text, QUESTION)
    return True


def _asks(ctx: Context) -> bool:
    """A question about somebody's wish; what may be a fault only where it asks what for."""
    if ctx.understanding is None or ctx.meaning.decision in ("emergency", "classified"):
        return False
    if ctx.meaning.decision == "dispatch":  # 三楼305打印机为什么老卡纸 is a report
        return bool(PURPOSE.search(ctx.text) and HIM.search(ctx.text)) and not _placed(ctx)
    return bool(PURPOSE.search(ctx.text) or MORE.search(ctx.text))


def _placed(ctx: Context) -> bool:
    return any(ctx.meaning.slots.get(name) for name in ("building", "floor", "room"))


@router.on(
    lambda ctx: ctx.pending is not None and ctx.pending.kind == QUESTION and isinstance(ctx.update.content, Text)
)
async def answered_back(ctx: Context) -> bool:
    """The applicant's answer to the approver; danger, and what is another matter, comes before it."""
    if ctx.pending is None or ctx.understanding is None or not ctx.text:
        return False
    elsewhere = ctx.meaning.decision == "dispatch" and any(
        ctx.meaning.slots.get(s) for s in ("building", "floor", "room")
    )
    if ctx.meaning.decision in ("emergency", "classified") or elsewhere or ctx.meaning.intent in ASIDE:
        return False
    ticket = await tickets.get(ctx.tx, ctx.pending.ticket_id)
    await cards.answered(ctx.tx, ctx.person)
    if ticket is None or ticket.status != Status.APPROVAL:
        return False
    await additions.add(ctx.tx, ctx.office, ctx.person, ticket, ctx.text, ctx.meaning)
    return True


@router.on(lambda ctx: bool(WHO.match(ctx.text)))
async def who_is_asked(ctx: Context) -> bool:
    """谁在审批, of whoever waits for it."""
    waiting = [t for t in await tickets.live_of(ctx.tx, ctx.person) if t.status == Status.APPROVAL]
    for ticket in waiting:
        if row := await approvals.standing(ctx.tx, ticket):
            await ctx.reply(views.waits_for(ticket, await approvals.named(ctx.tx, row)))
    return bool(waiting)


@router.on(lambda ctx: ctx.pending is not None and ctx.pending.kind == KIND and isinstance(ctx.update.content, Text))
async def reason(ctx: Context) -> bool:
    """The reason we asked for, unless it is danger, something classified, a fault, or no reason at all (进度, 谢谢)."""
    if ctx.pending is None or ctx.understanding is None:
        return False
    if ctx.meaning.decision in ("emergency", "classified", "dispatch") or ctx.meaning.intent in ASIDE:
        return False
    ticket = await tickets.get(ctx.tx, ctx.pending.ticket_id)
    row = await approvals.held(ctx.tx, ticket) if ticket else None
    await cards.answered(ctx.tx, ctx.person)
    if ticket is None:
        return False
    if row is None or not await approvals.may_decide(ctx.tx, row, ticket, ctx.person):  # somebody was faster
        await stand(ctx, ticket)
        return True
    await requests.decided(ctx.tx, ctx.office, ticket, row, ctx.person, yes=False, reason=ctx.text)
    return True


async def _say(ctx: Context, ticket: Ticket, word: str, rest: str) -> None:
    row = await approvals.held(ctx.tx, ticket)
    if row is None or not await approvals.may_decide(ctx.tx, row, ticket, ctx.person):
        if await _was_asked(ctx, ticket):
            await stand(ctx, ticket)
        else:
            await ctx.reply(reporter.not_yours(ctx.office.voice, ticket.id or 0))
    elif word == "同意":
        if rest:  # 同意，但只开一个月: whoever carries it out reads it
            await tickets.add_words(ctx.tx, ticket, ctx.person, tickets.Words(rest))
        await requests.decided(ctx.tx, ctx.office, ticket, row, ctx.person, yes=True)
    elif word != "不同意":
        await _pass(ctx, ticket, row, rest)
    elif rest:
        await requests.decided(ctx.tx, ctx.office, ticket, row, ctx.person, yes=False, reason=rest)
    else:
        await cards.expect(ctx.tx, ctx.person, ticket, KIND)
        await ctx.reply(views.why_not(ticket))


async def _of_duty(ctx: Context, number: int) -> bool:
    """Whether he is asked about a leave or a swap of this number, and not about the ticket that has it too."""
    asked = {row.id for row in await duty_requests.waiting_for(ctx.tx, ctx.person)}
    return number in asked and number not in {t.id for _, t in await approvals.waiting_for(ctx.tx, ctx.person)}


async def _was_asked(ctx: Context, ticket: Ticket) -> bool:
    """Whether it was his to answer once, so that he may read what became of it."""
    found = await approvals.rows(ctx.tx, ticket)
    return people.is_desk(ctx.person) or any(ctx.person.id in (*row.asked, *row.tried) for row in found)


async def _pass(ctx: Context, ticket: Ticket, row: Approval, said: str) -> None:
    if not said:
        await ctx.reply(views.to_whom(ticket))
        return
    said = ASKED_OF.sub("", said)
    seats = await people.seats(ctx.tx, ctx.office.fallback_owner)
    found = seats[:1] if said == views.DESK else await search.called(ctx.tx, said)
    able = [p for p in found if await approvals.may_take(ctx.tx, ticket, ctx.person, p)]
    if not found:
        await ctx.reply(desk_views.no_such(f"“{said}”这个人"))
    elif not able:
        await ctx.reply(views.cannot_take(ticket, found[0].name))
    elif len(able) > 1:
        labels = [
            f"#{p.id} {desk_tools.person_label(p, await people.unit_name(ctx.tx, p.unit_id))}" for p in able
        ]  # fmt: skip
        await ctx.reply(views.several(said, labels))
    else:
        await approvals.pass_on(ctx.tx, ctx.office, ticket, row, able[0])
        await ctx.reply(views.passed(ticket, await approvals.named(ctx.tx, row)))
