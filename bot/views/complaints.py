"""What is said about a complaint: to the reporter who will call him, to leads and seats what it is about."""

from bot.core.outbound import Say
from bot.store.tables import Person, Ticket
from bot.views.words import Voice, clip, number, place, state, whom


def heard(voice: Voice, ticket: Ticket, caller: Person | None, *, again: bool) -> Say:
    """To the reporter: who will call him."""
    by = f"负责人{caller.name}" if caller else "服务台负责人"
    done = f"{number(ticket)}补充的话已转" if again else f"对不起，{number(ticket)}的投诉已转"
    return Say(text=f"{done}{by}，他会尽快给您回电话。{voice.call_us()}")


def complaint(
    voice: Voice, ticket: Ticket, reporter: Person, holder: Person | None, caller: Person | None, words: str
) -> Say:
    """To the leads and the seats: what, who, in whose hands, and who has to call back."""
    hands = f"{state(ticket)}，{holder.name}处理" if holder else state(ticket)
    calls = f"请{caller.name}尽快回电话" if caller else "请尽快回电话"
    return Say(
        text=f"【投诉】{number(ticket)} {voice.what(ticket)}（{place(ticket) or '位置未知'}），{hands}。"
        f"\n{whom(ticket, reporter)}：{clip(words, 200)}\n{calls}。"
    )


def no_lead(ticket: Ticket) -> Say:
    return Say(text=f"{number(ticket)}的投诉没有负责人能收到，请服务台回电话并转告。")
