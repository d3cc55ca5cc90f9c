"""What is said about muting (禁言): to whoever is muted, and to the desk."""

from collections.abc import Sequence
from datetime import datetime

from bot.core.outbound import Say
from bot.store.tables import Person
from bot.views.words import Voice, clip

SHOWN = 12
"""Lines in one message to the desk; more are counted."""


def you_are_muted(voice: Voice, until: datetime, now: datetime) -> Say:
    return Say(
        text=f"服务台暂停受理您的文字消息，到{voice.clock(until, now)}为止；您发的内容会转服务台人工看。"
        f"火情、触电等紧急情况照常受理。{voice.call_us()}"
    )


def kept(voice: Voice, until: datetime, now: datetime) -> Say:
    return Say(text=f"已收到，转服务台人工看（{voice.clock(until, now)}前不自动受理）。{voice.call_us()}")


def you_may_speak() -> Say:
    return Say(text="已恢复受理您的消息，有问题请直接说。")


def muted(voice: Voice, person: Person, until: datetime, now: datetime) -> Say:
    return Say(
        text=f"{person.name}已禁言到{voice.clock(until, now)}，他发的内容会转给您看。解除请发：解除禁言 {person.name}"
    )


def unmuted(person: Person) -> Say:
    return Say(text=f"{person.name}已解除禁言。")


def not_muted(person: Person) -> Say:
    return Say(text=f"{person.name}没有被禁言。")


def not_allowed(person: Person) -> Say:
    return Say(text=f"{person.name}是服务方人员，不能禁言。")


def how_long() -> Say:
    return Say(text="时间请写：30分钟 / 2小时 / 1天，最长7天。例如：禁言 张三 2小时")


def listing(voice: Voice, rows: Sequence[tuple[Person, datetime]], now: datetime) -> Say:
    if not rows:
        return Say(text="现在没有被禁言的人。禁言请发：禁言 张三 2小时")
    return Say(text="禁言中：\n" + "\n".join(f"{person.name} 到{voice.clock(until, now)}" for person, until in rows))


def said_while_muted(
    voice: Voice, person: Person, unit: str, lines: Sequence[tuple[datetime, str]], now: datetime, *, lifted: bool
) -> Say:
    """To the desk, each line once."""
    rows = [f"{voice.clock(at, now)} {clip(text, 80)}" for at, text in lines[:SHOWN]]
    more = f"\n（共{len(lines)}条，只列前{SHOWN}条）" if len(lines) > SHOWN else ""
    head = f"{person.name}（{unit}）禁言期间发来，没有受理："
    then = "要受理的请联系他，或替他报：代报" if lifted else f"要受理请发：解除禁言 {person.name}，并联系他。"
    return Say(text=head + "\n" + "\n".join(rows) + more + f"\n{then}")
