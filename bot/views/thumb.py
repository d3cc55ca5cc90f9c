"""What a technician with several tickets and one free hand reads: which ticket is meant, what was taken back, what waits."""

from collections.abc import Sequence

from bot.core.outbound import Say
from bot.store.tables import Ticket
from bot.views.words import Voice, named, state


def focus(voice: Voice, current: Ticket | None, held: Sequence[Ticket]) -> Say:
    """Which ticket bare words are about, and which others there are."""
    others = [t for t in held if current is None or t.id != current.id]
    listed = "\n".join(f"{named(t)} {t.priority or ''} {voice.what(t)}：{state(t)}" for t in others[:8])
    head = f"当前：{named(current)} {voice.what(current)}，{state(current)}。" if current else "现在没有当前单。"
    tail = f"\n另有：\n{listed}\n换单回复：切换 {others[0].id} 或 下一张" if others else ""
    return Say(text=head + tail)


def turned(voice: Voice, ticket: Ticket) -> Say:
    return Say(text=f"已换到{named(ticket)} {voice.what(ticket)}，之后的短句和数字都算它的。")


def only_one(ticket: Ticket) -> Say:
    return Say(text=f"您手上只有{named(ticket)}这一张。")


def not_a_command(ticket: Ticket) -> Say:
    """`14号 …` with words that are no command."""
    return Say(
        text=f"{named(ticket)}：没看明白这句。可以回复：{ticket.id}号 到了 / {ticket.id}号 1 / {ticket.id}号 好了 / {ticket.id}号 求助"
    )
