"""What the technician is asked when a ticket is solved: cause, measures, the fault as it really was, minutes of work."""

from collections.abc import Sequence

from bot.core.outbound import Button, Card, Say
from bot.store.tables import Person, Repair, Ticket
from bot.views.words import Voice, clip, named, number

CAUSES = {
    "worn": "部件老化损坏",
    "loose": "松动接触不良",
    "settings": "设置或软件",
    "misuse": "使用不当",
    "outside": "供电线路等外部",
    "unknown": "原因不明",
}
"""Causes in general, for one tap (assumed)."""
MINUTES = (15, 30, 60, 120)
NONE_OF_THESE = "都不是"
ASKED = {
    "words": "原因和怎么修的",
    "measures": "怎么处理的",
    "cause": "什么原因",
    "fault": "故障确认",
    "minutes": "用时",
}


def option(voice: Voice, slug: str) -> str:
    """A fault leaf as a button."""
    return voice.book.faults[slug].option


def ask_words(ticket: Ticket, part: str, again: bool) -> Say:
    if again:
        return Say(text=f"{named(ticket)}请再说具体一点：{ASKED[part]}？例如：搓纸轮磨损，换了搓纸轮，25分钟")
    if part == "words":
        return Say(text=f"{named(ticket)}请回复一句：原因和怎么修的，可以带上用时。已请报障人确认。")
    return Say(text=f"{named(ticket)}请回复一句：{ASKED[part]}？")


def ask_cause(ticket: Ticket, card_id: str, measures: str) -> Card:
    return Card(
        card_id=card_id,
        source=f"{number(ticket)} 收尾记录",
        title="是什么原因？",
        description=clip(f"处理：{measures}", 40),
        hint="用一句话说原因",
        buttons=tuple(Button(text=text, verb=f"repair-cause-{key}", command=text) for key, text in CAUSES.items()),
    )


def ask_fault(voice: Voice, ticket: Ticket, card_id: str, options: Sequence[str]) -> Card:
    """The leaf it was reported as, first; others of the same item; none of these."""
    buttons = [
        Button(
            text=option(voice, slug),
            verb=f"repair-fault-{slug}",
            command=str(index),
            style="primary" if slug == ticket.fault else "plain",
        )
        for index, slug in enumerate(options, start=1)
    ]
    return Card(
        card_id=card_id,
        source=f"{number(ticket)} 收尾记录",
        title="实际是哪种故障？",
        description=clip(f"报的是：{voice.what(ticket)}", 40),
        hint=f"{' / '.join(f'{i} {option(voice, s)}' for i, s in enumerate(options, start=1))}，或直接说现象",
        buttons=(*buttons, Button(text=NONE_OF_THESE, verb="repair-fault-", command=NONE_OF_THESE)),
    )


def name_the_fault(ticket: Ticket) -> Say:
    return Say(text=f"{named(ticket)}请用一句话说实际的故障，例如：搓纸轮打滑不进纸")


def unknown_fault(ticket: Ticket) -> Say:
    return Say(text=f"{named(ticket)}没认出这是哪种故障，请点一个或换个说法。")


def ask_minutes(ticket: Ticket, card_id: str, proposed: int) -> Card:
    """The minutes the timeline suggests, to be accepted with one tap."""
    offered = (proposed, *(m for m in MINUTES if m != proposed))
    return Card(
        card_id=card_id,
        source=f"{number(ticket)} 收尾记录",
        title="用了多少分钟？",
        description=f"按到场和完成时间算约{proposed}分钟",
        hint="分钟数，如25",
        buttons=tuple(
            Button(
                text=f"{minutes}分钟",
                verb=f"repair-minutes-{minutes}",
                command=f"{minutes}分钟",
                style="primary" if minutes == proposed else "plain",
            )
            for minutes in offered
        ),
    )


def record(voice: Voice, ticket: Ticket, row: Repair | None, gap: str) -> Say:
    """The record as it stands."""
    if row is None:
        return Say(text=f"{number(ticket)}还没有收尾记录。补记请回复：记录 {ticket.id} 原因和处理 用时")
    fault = voice.book.faults[row.fault].name if row.fault in voice.book.faults else ""
    parts = (
        ("原因", row.cause),
        ("处理", row.measures),
        ("故障", fault),
        ("用时", f"{row.minutes}分钟" if row.minutes else ""),
    )
    lines = "；".join(f"{name}：{clip(value, 60)}" for name, value in parts if value) or "还没写"
    end = f"。还缺{ASKED[gap]}。" if gap else f"。要改请回复：记录 {ticket.id} 内容"
    return Say(text=f"{named(ticket)}收尾记录：{lines}{end}")


def still_missing(ticket: Ticket) -> Say:
    return Say(text=f"{named(ticket)}的收尾记录还没写完，请补一下。")


def desk_misses(ticket: Ticket, who: Person | None) -> Say:
    """To the desk."""
    return Say(
        text=f"{number(ticket)}的收尾记录{who.name if who else ''}一直没写完，请催一下或代写：记录 {ticket.id} 内容"
    )


def not_solved_yet(ticket: Ticket) -> Say:
    return Say(text=f"{number(ticket)}还没解决，解决后回复：已解决 {ticket.id} 原因和处理 用时")


def not_yours(ticket: Ticket) -> Say:
    return Say(text=f"{number(ticket)}的收尾记录由处理它的技术员或服务台写。")
