"""What the two ends of a conversation read from the bot itself; their own words pass with the speaker's name before them."""

from bot.core.outbound import Say
from bot.store.tables import Person, Ticket
from bot.views.words import Voice, clip, masked_in, number, place, whom

PIECE = 600
"""Characters a message; a longer one passes in several (WeCom takes 2,048 bytes)."""
KINDS = {"photo": "照片", "voice": "语音", "video": "视频", "location": "位置", "link": "链接"}


def said(speaker: str, text: str) -> list[Say]:
    """Somebody's words as the other end reads them: phone numbers masked, in as many messages as they need."""
    text = masked_in(text)
    pieces = [text[at : at + PIECE] for at in range(0, len(text), PIECE)]
    return [Say(text=f"{speaker}：{piece}") for piece in pieces]


def heard(speaker: str, text: str) -> Say:
    return Say(text=f"{speaker}（语音听写）：{clip(masked_in(text), PIECE)}")


def cannot_pass(speaker: str, kind: str, text: str, ticket: Ticket) -> Say:
    """A kind of message that no platform lets the bot pass on: what it was, and where it is kept."""
    label = f"（{masked_in(text)}）" if text else ""
    kept = f"，原件存在{number(ticket)}的记录里，可请对方改发照片" if kind == "video" else ""
    return Say(text=f"{speaker}发来{KINDS.get(kind, '一条消息')}{label}{kept}。")


def late(speaker: str, kind: str, ticket: Ticket) -> Say:
    return Say(text=f"{speaker}发来{KINDS[kind]}，平台还没给到，收到就转；也会存在{number(ticket)}的记录里。")


def role(person: Person, *, desk: bool) -> str:
    return f"{person.name}（{'服务台' if desk else '技术员'}）"


# to the reporter


def connecting(voice: Voice, ticket: Ticket, at: int) -> Say:
    return Say(text=f"{number(ticket)}已转人工，服务台第{at}位接您。文字、照片、语音直接发就行。{voice.call_us()}")


def still_waiting(voice: Voice, ticket: Ticket, at: int, *, next_one: bool) -> Say:
    what = "已换下一位坐席" if next_one else "坐席都在忙"
    return Say(text=f"让您久等了，{number(ticket)}{what}，您排第{at}位。{voice.call_us()}")


def not_reached(voice: Voice, ticket: Ticket) -> Say:
    return Say(text=f"抱歉，{number(ticket)}暂时没接通坐席，您说的都已记下，服务台会联系您。{voice.call_us()}")


def joined(ticket: Ticket, who: str) -> Say:
    return Say(text=f"{who}就{number(ticket)}和您对话，直接回复就行。说完发“结束对话”。")


def between(ticket: Ticket) -> Say:
    """Its technician has the ticket no more; nobody has it yet."""
    return Say(text=f"{number(ticket)}正在换人，您接着说，接手的人都能看到。")


def goes_on_with(ticket: Ticket, who: str) -> Say:
    return Say(text=f"{number(ticket)}改由{who}和您对话，直接回复就行。")


def over(ticket: Ticket) -> Say:
    return Say(text=f"{number(ticket)}的人工对话已结束，有事随时说。")


# to the seat or the technician


def too_late(ticket: Ticket, now_with: str) -> Say:
    """What a seat answers after the conversation went to the next one."""
    whose = f"已转给{now_with}" if now_with else "在等别的坐席"
    return Say(text=f"{number(ticket)}的对话{whose}，这句没有转给报障人。要接回来请发：接入 {ticket.id}")


def yours(voice: Voice, ticket: Ticket, reporter: Person, words: list[str]) -> Say:
    """A reporter waits for this person: what it is about, what was said, how to answer."""
    at = place(ticket)
    rows = [
        f"{number(ticket)} {reporter.name}要求人工：{voice.what(ticket)}{f'（{at}）' if at else ''}",
        *([f"已说：{clip(masked_in('；'.join(words)), 150)}"] if words else []),
        "直接回复就转给他，2分钟未回转下一位；说完发“结束对话”。",
    ]
    return Say(text="\n".join(rows))


def connected(ticket: Ticket, reporter: Person) -> Say:
    return Say(
        text=f"已接通{number(ticket)}报障人{reporter.name}，您发的文字、照片、语音都会转给他。说完发“结束对话”。"
    )


def gone_along(ticket: Ticket, to: str) -> Say:
    """The ticket is not his any more, nor is the conversation."""
    return Say(text=f"{number(ticket)}的对话{f'已转给{to}' if to else '不再由您继续'}，之后的话不会转给报障人。")


def yours_now(ticket: Ticket, reporter: Person) -> Say:
    return Say(text=f"{number(ticket)}报障人{reporter.name}的对话转给您了，直接回复就行。说完发“结束对话”。")


def moved_on(ticket: Ticket) -> Say:
    return Say(text=f"{number(ticket)}的人工对话2分钟没有回复，已转给别人，您不用再回。")


def taken_over(ticket: Ticket, by: str) -> Say:
    return Say(text=f"{number(ticket)}的人工对话由{by}接过去了。")


def unanswered(ticket: Ticket, reporter: Person) -> Say:
    return Say(text=f"{number(ticket)} {reporter.name}要求人工，一直没人接。请发“接入 {ticket.id}”或打电话给他。")


def partner_over(ticket: Ticket) -> Say:
    return Say(text=f"{number(ticket)}的对话已结束，之后的话不再转给报障人。")


def stopped(ticket: Ticket) -> Say:
    """The reporter mentioned something classified (R5)."""
    return Say(text=f"{number(ticket)}的对话涉及涉密内容，已停止转发。请按保密规定线下联系。")


def not_passed() -> Say:
    return Say(text="这句可能涉密，没有转给对方，也没有留存。请换个说法，或按保密规定线下联系。")


# refusals


def busy_yourself(ticket: Ticket) -> Say:
    return Say(text=f"您正在就{number(ticket)}对话，请先发“结束对话”。")


def busy_reporter(ticket: Ticket, who: str) -> Say:
    return Say(text=f"{number(ticket)}的报障人正在和{who}对话，请稍后再试。")


def no_account(ticket: Ticket, reporter: Person) -> Say:
    numbers = whom(ticket, reporter).partition(" ")[2]
    tel = f"请拨{numbers}" if numbers else "也没有留电话"
    return Say(text=f"{number(ticket)}的报障人{reporter.name}没有可用的聊天账号，{tel}。")


def yourself(ticket: Ticket) -> Say:
    return Say(text=f"{number(ticket)}是您自己报的，不用转。")


def is_classified(ticket: Ticket) -> Say:
    return Say(text=f"{number(ticket)}涉密，不能经机器人对话。请按保密规定线下联系。")


def not_yours(ticket: Ticket) -> Say:
    return Say(text=f"{number(ticket)}不在您手上，只有服务台和接单的技术员能联系报障人。")


def which() -> Say:
    return Say(text="请带上单号，例如：联系报障人 17")


def none_open() -> Say:
    return Say(text="您现在没有进行中的人工对话。")
