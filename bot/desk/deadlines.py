"""What each kind of deadline does when it is due: the whole table. The word that comes back is kept as its outcome."""

from collections.abc import Awaitable, Callable

from bot.desk import (
    approvals,
    closing,
    consent,
    dispatch,
    duty_requests,
    experts,
    fieldwork,
    gathering,
    handover,
    incidents,
    intake,
    lapses,
    leavers,
    members,
    muting,
    passing,
    photos,
    proof,
    referral,
    relay_end,
    relay_seats,
    repair,
    requests,
    roles,
    roster,
    rounds,
    seats,
    selfhelp,
    shift_end,
    signal,
    spares,
    spreadsheets,
    tickets,
    visit_deadlines,
    warnings,
)
from bot.desk.office import Office
from bot.store.engine import Tx
from bot.store.tables import TimerRow

Fire = Callable[[Tx, Office, TimerRow], Awaitable[str]]
"""What a deadline does; the word it returns is kept as its outcome."""


async def _referral_open(tx: Tx, office: Office, row: TimerRow) -> str:
    ticket = await tickets.get(tx, row.ticket_id)
    if ticket is None:
        return "gone"
    await referral.still_open(tx, office, ticket)
    return "asked again"


TIMERS: dict[str, Fire] = {
    "offer-expired": dispatch.offer_expired,
    "waiting": dispatch.look_again,
    "accept-overdue": seats.accept_overdue,
    "pause-over": fieldwork.pause_over,
    "visit-ahead": visit_deadlines.remind_technician,
    "visit-morning": visit_deadlines.remind_reporter,
    "visit-closing": visit_deadlines.closing,
    "visit-over": visit_deadlines.over,
    "visit-answer": visit_deadlines.silent,
    "clock": warnings.look,
    "gather-over": gathering.over,
    "self-help-silent": selfhelp.silent,
    "question-silent": intake.question_silent,
    "photo-silent": photos.silent,
    "confirm-remind": closing.remind,
    "auto-close": closing.auto_close,
    "referral-open": _referral_open,
    "consent-silent": consent.silent,
    "request-silent": requests.silent,
    "approval-silent": approvals.silent,
    "round": rounds.fall_due,
    "rounds": rounds.look_ahead,
    "round-overdue": rounds.overdue,
    "handover-silent": handover.silent,
    "help-silent": experts.silent,
    "loan-due": spares.due,
    "repair-due": repair.reminder,
    "relay-unanswered": relay_seats.unanswered,
    "relay-idle": relay_end.idle,
    "relay-medium": passing.medium_late,
    "incident-candidate": incidents.undecided,
    "incident-update": incidents.update_due,
    "no-signal": signal.too_long,
    "position-erase": proof.erase,
    muting.TIMER: muting.show,
    members.KIND: members.of_day,
    spreadsheets.LEAVING: leavers.removed,
    leavers.KIND: leavers.hand_in_more,
    spreadsheets.CHANGED: roles.changed,
    lapses.KIND: roles.lapsed,
    duty_requests.KIND: duty_requests.due,
    "duty-change": shift_end.changed,
    "shift-end-over": shift_end.over,
    shift_end.MORE_PEOPLE: shift_end.leave_more,
    shift_end.MORE_TICKETS: shift_end.ask_more,
    "duty-gaps": roster.evening,
}
