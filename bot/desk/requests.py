"""Service requests (服务请求): nothing is broken, something is wanted. What must be known is asked, whoever must say yes is
asked, then it is carried out as knowledge/requests.yaml has it: by a technician like any ticket, or by the desk.
"""

from datetime import timedelta

from bot.core.ticket import LIVE, Action, Status
from bot.desk import additions, approvals, dispatch, merging, people, seats, tickets
from bot.desk.office import Office
from bot.store.engine import Tx
from bot.store.tables import Approval, Dialogue, Person, Ticket, TimerRow
from bot.views import approvals as views
from bot.views import notices, reporter
from knowledge import Understanding
from knowledge.model import Ask, Request

KIND = "request"
"""Of the dialogue with whoever requests something."""
ASIDE = timedelta(minutes=30)
"""A place that answers nothing we asked of a request is also that of a fault told so shortly before, which lacks it."""
_ASIDE = frozenset({"location", "building", "floor", "room", "phone"})
"""What a reply holds that only says where, or by what number."""


async def begin(tx: Tx, office: Office, who: Person, ticket: Ticket, *, ask: bool = True) -> None:
    """The request is open: ask what is missing (unless he is on the telephone), then for the yes, then carry it out."""
    request = _request(office, ticket)
    await approvals.keep_to(tx, ticket)
    if await approvers(tx, request, ticket):
        await tickets.act(tx, ticket, Action.SUBMIT, None, priority=ticket.priority or "P4", triaged_at=None)
    left = _missing(request, ticket, 0) if ask else []
    if left:
        await _ask(tx, office, who, ticket, left[0], views.registered_asking)
    else:
        await go_on(tx, office, who, ticket, new=True)


async def approvers(tx: Tx, request: Request, ticket: Ticket) -> tuple[str, ...]:
    """The positions that have to say yes: nobody where what was said is free of it (`free`)."""
    said = "".join(await tickets.said(tx, ticket)).lower()
    return () if any(word in said for word in request.free) else request.approvers


async def owes_approval(tx: Tx, office: Office, ticket: Ticket) -> bool:
    """Whether somebody's yes is still missing."""
    if ticket.kind != "request" or ticket.request not in office.book.requests:
        return False
    given = [row for row in await approvals.rows(tx, ticket) if row.state == "given"]
    return len(given) < len(await approvers(tx, _request(office, ticket), ticket))


async def answered(
    tx: Tx, office: Office, who: Person, row: Dialogue, ticket: Ticket, text: str, meaning: Understanding
) -> None:
    """What we asked has its answer; the next question, or on with it."""
    asked = int(row.data["ask"])
    ask = _request(office, ticket).asks[asked]
    elsewhere = bool({*ask.known, *ask.takes} & {*additions.PLACE}) or not _placed(ticket)
    said = {k: v for k, v in tickets.slots_of(meaning).items() if elsewhere or k not in additions.PLACE}
    if said:  # the year of AutoCAD 2024 is no other room
        await tickets.change(tx, ticket, "slots", None, slots={**ticket.slots, **said})
    await tickets.add_words(tx, ticket, who, tickets.Words(text), "answered")
    await _closed(tx, row, ticket)
    left = _missing(_request(office, ticket), ticket, asked + 1)
    if left:
        await _ask(tx, office, who, ticket, left[0], views.one_more)
    else:
        await go_on(tx, office, who, ticket, new=False)


async def aside(
    tx: Tx, office: Office, who: Person, row: Dialogue, ticket: Ticket, text: str, meaning: Understanding
) -> bool:
    """A bare place or telephone number that is no answer to what we asked: it is kept, and we ask again. False when it may
    be one, or says more."""
    said, ask = tickets.slots_of(meaning), _request(office, ticket).asks[int(row.data["ask"])]
    if "phone" in said:
        said.pop("device", None)  # the 电话 of 电话138…
    if not said or set(said) - _ASIDE or set(said) & {*ask.known, *ask.takes}:
        return False
    await tickets.add_words(tx, ticket, who, tickets.Words(text))
    await tickets.change(tx, ticket, "slots", None, slots={**ticket.slots, **said})
    await additions.place_of_all(tx, office, who, ticket, text, meaning, ASIDE)
    await notices.tell(tx, who, views.asked_still(office.voice, ticket, ask.text, said), ticket)
    await _await_answer(tx, office, ticket)
    return True


async def silent(tx: Tx, office: Office, row: TimerRow) -> str:
    """Timer: no answer. It goes on with what is known; the rest is asked by whoever carries it out."""
    ticket = await tickets.get(tx, row.ticket_id)
    who = await people.person(tx, ticket.reporter_id) if ticket else None
    pending = await tx.session.get(Dialogue, who.id) if who else None
    if ticket is None or who is None:
        return "gone"
    if pending is not None and pending.kind == KIND and pending.ticket_id == ticket.id:
        await _closed(tx, pending, ticket)
    await go_on(tx, office, who, ticket, new=False)
    return "went on"


async def decided(
    tx: Tx, office: Office, ticket: Ticket, row: Approval, who: Person, *, yes: bool, reason: str = ""
) -> None:
    """The answer of an approver: a yes leads to the next one or to the work, a no ends the request with its reason."""
    await approvals.decide(tx, ticket, row, who, yes=yes, reason=reason)
    asker = await people.person(tx, ticket.reporter_id)
    await notices.tell(tx, who, views.thanks(ticket, yes=yes), ticket)
    if not yes:
        await tickets.act(tx, ticket, Action.REFUSE, who, by="refused", closed_at=tx.now)
        await dispatch.stop_work(tx, ticket, "没有获得同意")
        await notices.tell(tx, asker, views.refused(office.voice, ticket, who, reason), ticket)
        await merging.release(tx, office, ticket)
    elif asker is not None:
        await _onwards(tx, office, asker, ticket, new=False)


async def reconsidered(tx: Tx, office: Office, ticket: Ticket, who: Person, words: str) -> None:
    """An approver takes his yes back: while nobody has taken the request it waits for him again; later those who carry it out
    and the desk hear of it, and he how it stands.
    """
    asker, holder = await people.person(tx, ticket.reporter_id), await people.person(tx, ticket.assignee_id)
    if ticket.status == Status.APPROVAL or tickets.can(ticket, Action.SUBMIT):
        await approvals.held(tx, ticket)
        await dispatch.stop_work(tx, ticket, views.TAKEN_BACK)
        if ticket.status != Status.APPROVAL:
            unsent = {"triaged_at": None, "dispatched_at": None, "owner": "desk", "assignee_id": None}
            await tickets.act(tx, ticket, Action.SUBMIT, who, **unsent)
        await notices.tell(tx, who, views.yes_is_back(ticket), ticket)
        await notices.tell(tx, asker, views.waits_again(ticket, who), ticket)
        await approvals.ask_anew(tx, office, ticket, who)
        return
    await tickets.add_words(tx, ticket, who, tickets.Words(words), "remark")
    await notices.tell(tx, who, views.too_late(ticket, holder), ticket)
    if ticket.status in LIVE:
        await notices.tell(tx, holder, views.no_longer_agrees(ticket, who), ticket)
        await seats.inform(tx, office, ticket, "yes-back", who.name, words)


async def take_back(tx: Tx, ticket: Ticket) -> None:
    """It is no such request after all: nobody has to say yes to it."""
    if ticket.status == Status.APPROVAL:
        await approvals.drop(tx, ticket)
        await tickets.act(tx, ticket, Action.WITHDRAW, None)
        await notices.close_cards(tx, ticket, (approvals.CARD,), "不用审批了")


async def go_on(tx: Tx, office: Office, who: Person, ticket: Ticket, *, new: bool) -> None:
    """Nothing is asked of the reporter any more. What he answered may make the yes needless."""
    if ticket.status not in (Status.NEW, Status.NEED_INFO, Status.APPROVAL, Status.TRIAGED):
        return
    if not await approvers(tx, _request(office, ticket), ticket):
        await take_back(tx, ticket)
    if tickets.can(ticket, Action.TRIAGE):
        await tickets.act(tx, ticket, Action.TRIAGE, None)
    await _onwards(tx, office, who, ticket, new=new)


async def _onwards(tx: Tx, office: Office, who: Person, ticket: Ticket, *, new: bool) -> None:
    """The next approver is asked; with none left it is carried out. While one is asked, it waits."""
    positions = await approvers(tx, _request(office, ticket), ticket)
    while ticket.status == Status.APPROVAL:
        if await approvals.standing(tx, ticket) is not None:
            return
        given = await approvals.rows(tx, ticket)
        if len(given) >= len(positions):
            await tickets.act(tx, ticket, Action.APPROVE, await people.person(tx, given[-1].decided_by))
            break
        row = await approvals.ask(tx, office, ticket, positions[len(given)], len(given))
        if row.state == "asked":
            say = views.registered if new else views.submitted
            await notices.tell(tx, who, say(office.voice, ticket, await approvals.named(tx, row)), ticket)
            return
    await _carry_out(tx, office, who, ticket, new=new)


async def _carry_out(tx: Tx, office: Office, who: Person, ticket: Ticket, *, new: bool) -> None:
    _, agreed = await approvals.outcome(tx, ticket)
    by = agreed.name if agreed else ""
    mode = _request(office, ticket).mode
    if mode == "desk":
        await seats.to_desk(tx, office, ticket, "request")
        if new:
            await notices.tell(tx, who, reporter.request_received(office.voice, ticket), ticket)
        else:
            await notices.tell(tx, who, views.with_desk(office.voice, ticket, by), ticket)
        return
    best = await dispatch.offer_next(tx, office, ticket)
    at = dispatch.earliest(office, ticket, best, tx.now) if mode == "onsite" else None
    found = best is not None
    await notices.tell(tx, who, views.under_way(office.voice, ticket, by, at, tx.now, found=found, new=new), ticket)


async def _ask(tx: Tx, office: Office, who: Person, ticket: Ticket, index: int, say: views.Asking) -> None:
    request = _request(office, ticket)
    if ticket.status == Status.APPROVAL:
        await tickets.change(tx, ticket, "ask", None, asked=ticket.asked + 1)
    else:
        await tickets.act(tx, ticket, Action.ASK, None, asked=ticket.asked + 1)
    row = Dialogue(
        person_id=who.id or 0, ticket_id=ticket.id or 0, kind=KIND, data={"ask": index}, asked_at=tx.now
    )  # fmt: skip
    await tx.session.merge(row)
    await notices.tell(tx, who, say(office.voice, ticket, request.asks[index].text), ticket)
    await _await_answer(tx, office, ticket)


async def _await_answer(tx: Tx, office: Office, ticket: Ticket) -> None:
    minutes = int(office.book.service_levels.sla.self_help["question_silent_then_desk_min"])
    waiting = f"{Status.NEED_INFO},{Status.APPROVAL}"
    await tx.remind(_timer(ticket), tx.now + timedelta(minutes=minutes), "request-silent", ticket.id, waiting)


async def _closed(tx: Tx, row: Dialogue, ticket: Ticket) -> None:
    await tx.session.delete(row)
    await tx.flush()
    await tx.forget(_timer(ticket))


def _request(office: Office, ticket: Ticket) -> Request:
    return office.book.requests[ticket.request or ""]


def _missing(request: Request, ticket: Ticket, since: int) -> list[int]:
    """The questions from the `since`-th on that what was said does not answer."""
    return [i for i, ask in enumerate(request.asks) if i >= since and not _known(ask, ticket)]


def _known(ask: Ask, ticket: Ticket) -> bool:
    return any(ticket.slots.get(slot) for slot in ask.known)


def _placed(ticket: Ticket) -> bool:
    return any(ticket.slots.get(name) for name in additions.PLACE)


def _timer(ticket: Ticket) -> str:
    return f"request:{ticket.id}"
