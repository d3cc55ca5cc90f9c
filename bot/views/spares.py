"""What is said of spare parts (备件) and loan devices (备机)."""

from collections.abc import Sequence
from datetime import date

from bot.core.outbound import Say
from bot.store.tables import Loan, Person, SparePart, Ticket
from bot.views.words import clip, number


def day(of: date) -> str:
    return f"{of.month}月{of.day}日"


def on_record(ticket: Ticket, used: Sequence[SparePart], loans: Sequence[Loan], kept: Sequence[str]) -> Say:
    """The parts and loans of a ticket; with none, how to note them."""
    said = [f"{part.name}×{part.count}" for part in used]
    said += [f"备机{loan.tag}（{'已还' if loan.back_at else f'{day(loan.due_on)}前还'}）" for loan in loans]
    if said:
        return Say(text=f"{number(ticket)}已记：{clip('、'.join(said), 200)}")
    example = clip(kept[0], 10) if kept else "水晶头"
    return Say(
        text=f"{number(ticket)}还没有备件记录。请回复：备件 {ticket.id} {example}×1；或：备机 {ticket.id} 编号 归还日期"
    )


def how_to_note(ticket: Ticket) -> Say:
    return Say(text=f"没看懂。请写名称和数量，例如：备件 {ticket.id} 搓纸轮×1、硒鼓×2")


def how_to_lend(ticket: Ticket) -> Say:
    return Say(text=f"请写编号和归还日期，例如：备机 {ticket.id} BJ-012 12月5日；日期不能早于今天，也不能超过一年")


def already_lent(out: Loan) -> Say:
    return Say(text=f"备机{out.tag}还借在{out.ticket_id}号上。收回了请先回复：备机 {out.ticket_id} 归还 {out.tag}")


def lent(ticket: Ticket, loan: Loan, *, rests: bool) -> Say:
    """`rests`: the ticket waited for a part, and its clock stands still from now on."""
    clock = "时限从现在起停表。" if rests else ""
    return Say(
        text=f"{number(ticket)}已记：备机{loan.tag}，{day(loan.due_on)}归还，到时提醒。{clock}收回后回复：备机 {ticket.id} 归还"
    )


def you_have_a_loan(ticket: Ticket, loan: Loan) -> Say:
    """To the reporter."""
    return Say(text=f"{number(ticket)}修好前请先用备机（编号{loan.tag}），{day(loan.due_on)}前我们来取回。")


def due_today(ticket: Ticket, loan: Loan) -> Say:
    """To the reporter."""
    return Say(text=f"您借用的备机（编号{loan.tag}）今天到期，技术员会联系您取回，请先存好自己的资料。")


def fetch_it(ticket: Ticket, loan: Loan, asker: Person | None) -> Say:
    """To the technician who lent it."""
    who = f"{asker.name} {asker.phone}".strip() if asker else "报障人"
    return Say(text=f"{number(ticket)}的备机{loan.tag}今天到期，请联系{who}取回。取回后回复：备机 {ticket.id} 归还")


def overdue(ticket: Ticket, loan: Loan, lender: Person | None, asker: Person | None) -> Say:
    """To the desk."""
    out, has = lender.name if lender else "服务台", asker.name if asker else "报障人"
    return Say(text=f"{number(ticket)}的备机{loan.tag}过了{day(loan.due_on)}还没归还（{out}借给{has}），请跟进。")


def which_loan(ticket: Ticket, out: Sequence[Loan]) -> Say:
    if not out:
        return Say(text=f"{number(ticket)}没有这台在借的备机。")
    return Say(
        text=f"{number(ticket)}借出了{'、'.join(loan.tag for loan in out)}，请带上编号：备机 {ticket.id} 归还 编号"
    )


def back(ticket: Ticket, loan: Loan, *, runs: bool) -> Say:
    """`runs`: the ticket still waits for its part, now without a loan device."""
    clock = "这张单还在等备件，没有备机，时限继续计。" if runs else ""
    return Say(text=f"{number(ticket)}的备机{loan.tag}已归还，谢谢。{clock}")


def not_yours(ticket: Ticket) -> Say:
    return Say(text=f"{number(ticket)}的备件由处理它的技术员或服务台记。")
