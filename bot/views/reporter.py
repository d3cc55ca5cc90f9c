"""What reporters (报障人) read: brief, courteous, no codes, one request a message, at most about 80 characters."""

from collections.abc import Sequence
from datetime import datetime

from bot.core.outbound import Button, Card, Say
from bot.store.tables import Contact, Person, Ticket
from bot.views.calendar import Standstill, standstill
from bot.views.words import URGENCY, Voice, clip, contact_line, number, place, state

SOURCE = "运维服务台"


def welcome(voice: Voice) -> Say:
    tail = f"急事请拨{voice.hotline}。" if voice.hotline else ""
    return Say(text=f"您好，我是运维服务台。直接说哪台设备怎么了、在哪个房间就行，如“三楼302打印机卡纸”。{tail}")


def where_and_what(voice: Voice, ticket: Ticket) -> str:
    at = place(ticket)
    return f"{voice.what(ticket)}（{at}）" if at else voice.what(ticket)


def received(voice: Voice, ticket: Ticket) -> str:
    """The receipt: number, class in plain words, urgency in words."""
    urgency = f"，{URGENCY[ticket.priority]}" if ticket.priority else ""
    return f"已受理{number(ticket)}：{where_and_what(voice, ticket)}{urgency}。"


def receipt(voice: Voice, ticket: Ticket) -> Say:
    """The receipt of a ticket whose reporter tries a step first."""
    return Say(text=f"{received(voice, ticket)}{voice.call_us()}")


def dispatched(voice: Voice, ticket: Ticket, earliest: datetime | None, now: datetime, name: str = "") -> Say:
    """Receipt of a ticket that goes straight to a technician: `earliest` is the honest earliest arrival."""
    when = f"最早{voice.clock(earliest, now)}到" if earliest else "服务台正在安排人"
    who = f"正在联系{name}，" if name else ""
    return Say(text=f"{received(voice, ticket)}{who}{when}。{voice.call_us()}")


def question(voice: Voice, ticket: Ticket, card_id: str, text: str, options: list[str]) -> Card:
    """The one question, answered by a tap or by typing."""
    buttons = [Button(text=o, verb=f"answer-{i}", command=o) for i, o in enumerate(options[:4])]
    return Card(
        card_id=card_id,
        source=SOURCE,
        title=f"{number(ticket)}：{clip(text, 30)}",
        description="点一下，或直接回复文字",
        body=voice.call_us(),
        buttons=(*buttons, Button(text="转人工", verb="human", command="转人工")),
    )


def ask_place(voice: Voice, ticket: Ticket) -> Say:
    return Say(text=f"{received(voice, ticket)}请问在哪栋楼、几楼、哪个房间？{voice.call_us()}")


def ask_place_also(ticket: Ticket) -> Say:
    return Say(text=f"{number(ticket)}已在派人，请补一句具体位置（几楼、哪个房间）。")


def self_help(ticket: Ticket, card_id: str, step: str, index: int, total: int, alongside: bool) -> Card:
    """One safe step. `alongside`: somebody is already being sent, so there is no 直接派人 to press."""
    human = () if alongside else (Button(text="直接派人", verb="direct", command="直接派人"),)
    more = "已在派人，等的时候可以先试" if alongside else "可以先试一下"
    return Card(
        card_id=card_id,
        source=SOURCE,
        title=f"{number(ticket)}：{more}",
        description=f"第{index}步，共{total}步",
        body=step,
        buttons=(
            Button(text="好了", verb="solved", command="好了", style="primary"),
            Button(text="还不行", verb="unsolved", command="还不行"),
            *human,
        ),
    )


def self_solved(ticket: Ticket) -> Say:
    return Say(text=f"太好了，{number(ticket)}已关闭。再有问题随时说一声。")


def going_to_dispatch(voice: Voice, ticket: Ticket, earliest: datetime | None, now: datetime) -> Say:
    when = f"最早{voice.clock(earliest, now)}到。" if earliest else "服务台马上安排。"
    return Say(text=f"好的，{number(ticket)}给您派人，{when}")


def to_desk(voice: Voice, ticket: Ticket) -> Say:
    return Say(text=f"已受理{number(ticket)}，服务台的同事会马上联系您。{voice.call_us()}")


def ours_after_all(voice: Voice, ticket: Ticket) -> Say:
    """It had been referred to others, and is not any more."""
    return Say(text=f"{number(ticket)}改由我们继续处理，不用另外联系别处了，有进展马上告诉您。{voice.call_us()}")


def accepted(voice: Voice, ticket: Ticket, technician: Person, by: datetime, now: datetime) -> Say:
    return Say(text=f"{technician.name}已接{number(ticket)}，最晚{voice.clock(by, now)}到。到之前会先联系您。")


def moved(voice: Voice, ticket: Ticket, technician: Person | None, what: str) -> Say:
    """En route, arrived, working remotely: one short line."""
    name = technician.name if technician else "技术员"
    line = {"en-route": "正在过来", "arrive": "已到现场", "remote": "正在远程处理，请留意屏幕上的提示"}[what]
    return Say(text=f"{number(ticket)}：{name}{line}。")


def comes_at(voice: Voice, ticket: Ticket, name: str, by: datetime, now: datetime) -> Say:
    """The technician said how long he still needs."""
    return Say(text=f"{number(ticket)}：{name}说大约{voice.clock(by, now)}到。")


def paused(voice: Voice, ticket: Ticket, until: str) -> Say:
    return Say(text=f"{number(ticket)}暂停：{ticket.paused}，最迟{until}继续，到时会告诉您。{voice.call_us()}")


def resumed(voice: Voice, ticket: Ticket, by: datetime | None, now: datetime) -> Say:
    return Say(text=f"{number(ticket)}已继续处理{f'，最晚{voice.clock(by, now)}到' if by else ''}。")


def resolved(voice: Voice, ticket: Ticket, card_id: str, reminder: int = 0) -> Card:
    """Ask for the confirmation; `reminder` counts the repeats."""
    done, not_done = ("办好了", "没办好") if ticket.kind == "request" else ("修好了", "没修好")
    head = [f"{done}吗？", f"还没收到您的确认，{done}吗？", f"再问一次：{done}吗？"][reminder]
    return Card(
        card_id=card_id,
        source=SOURCE,
        title=f"{number(ticket)}：{head}",
        description=clip(where_and_what(voice, ticket), 44),
        body="" if reminder < 2 else "再没有回复，下个工作日内会自动关闭。",
        buttons=(
            Button(text=done, verb="confirm", command="修好了", style="primary"),
            Button(text=not_done, verb="not-fixed", command="没修好"),
        ),
    )


def rate(ticket: Ticket, card_id: str) -> Card:
    return Card(
        card_id=card_id,
        source=SOURCE,
        title=f"{number(ticket)}已关闭，谢谢",
        description="请给这次服务打个分（也可回复1到5）",
        buttons=tuple(
            Button(text=t, verb=f"rate-{n}", command=str(n))
            for n, t in ((5, "很满意"), (4, "满意"), (3, "一般"), (2, "不满意"), (1, "很不满意"))
        ),
    )


def rated(ticket: Ticket) -> Say:
    if (ticket.rating or 0) >= 4:
        return Say(text="收到，谢谢您的评价。")
    return Say(text="收到，给您添麻烦了，服务台会回访了解情况。")


def not_fixed(voice: Voice, ticket: Ticket, technician: Person | None) -> Say:
    then = f"已重新交给{technician.name}继续处理" if technician else "正在另外派人"
    return Say(text=f"抱歉，{number(ticket)}{then}，服务台也会盯着。{voice.call_us()}")


def reopened(voice: Voice, ticket: Ticket, *, sent: bool = True) -> Say:
    then = "正在派人" if sent else "服务台马上跟进"
    return Say(text=f"抱歉又出问题，{number(ticket)}已重新打开，{then}。{voice.call_us()}")


def auto_closed(ticket: Ticket) -> Say:
    return Say(text=f"{number(ticket)}一直没有新情况，先为您关闭。7天内没修好，回复“没修好”即可重开。")


def phone_noted(ticket: Ticket, phone: str) -> Say:
    return Say(text=f"{number(ticket)}的联系电话记为：{phone}。")


def added(ticket: Ticket) -> Say:
    return Say(text=f"已记到{number(ticket)}。")


def still_asked(ticket: Ticket) -> Say:
    return Say(text=f"已记到{number(ticket)}。还请回一下上面的问题，或回“转人工”。")


def place_noted_also(tickets: list[Ticket]) -> Say:
    """The other reports of the same message are in the same place."""
    return Say(text=f"{'、'.join(number(t) for t in tickets[:6])}也记为{clip(place(tickets[0]), 30)}。")


def place_noted(ticket: Ticket) -> Say:
    return Say(text=f"{number(ticket)}的位置记为：{place(ticket)}。")


def corrected(voice: Voice, ticket: Ticket) -> Say:
    return Say(text=f"好的，{number(ticket)}改为：{where_and_what(voice, ticket)}。")


def urged(
    voice: Voice,
    ticket: Ticket,
    technician: Person | None,
    by: datetime | None,
    now: datetime,
    stands: Standstill | None = None,
) -> Say:
    """催: who hears of it, by when somebody comes, and why nobody does today (`stands`)."""
    who = f"已催{technician.name}" if technician else "已催服务台"
    why = f"。{standstill(voice, stands, now)}" if stands else ""
    when = f"，最晚{voice.clock(by, now)}到" if by and by > now else ""
    return Say(text=f"{number(ticket)}{who}{why}{when}。{voice.call_us()}")


def heard_already(
    voice: Voice, ticket: Ticket, technician: Person | None, now: datetime, stands: Standstill | None = None
) -> Say:
    """He urges what he reported or urged a moment ago: how it stands."""
    how = voice.standing(ticket, technician.name if technician else "", now)
    return Say(text=f"{how}。{standstill(voice, stands, now)}。" if stands else f"收到。{how}，有进展马上告诉您。")


def urge_others(voice: Voice, tickets: list[Ticket]) -> Say:
    """He urged without saying which: it was taken for the newest, and these are open too."""
    listed = "、".join(f"{number(t)}{voice.what(t)}" for t in tickets[:3])
    return Say(text=f"您还有{listed}，也要催就回“催 {tickets[0].id}”{'或“都催”' if len(tickets) > 1 else ''}。")


def urged_untold(ticket: Ticket) -> Say:
    """He urges while he is still telling what it is."""
    lack = "在哪个房间" if ticket.kind == "fault" else "怎么了、在哪个房间"
    return Say(text=f"收到，{number(ticket)}正在登记。{'' if place(ticket) else f'请接着说一下{lack}，'}马上安排。")


def cancelled(ticket: Ticket) -> Say:
    return Say(text=f"{number(ticket)}已撤销，不再派人。需要时随时说。")


def called_off(ticket: Ticket, reason: str) -> Say:
    """To the reporter: the desk has called his ticket off."""
    return Say(text=f"{number(ticket)}服务台已作废：{clip(reason, 60)}。还需要处理的话随时说。")


def say_when_tried(ticket: Ticket) -> Say:
    """Somebody acknowledged a self-help step without a word of whether it helped."""
    return Say(text=f"好的。{number(ticket)}试过后请回“好了”或“还不行”；不想试就回“直接派人”。")


def check_registered(ticket: Ticket) -> Say:
    """Computer and network are to be ruled out first."""
    return Say(text=f"好的，{number(ticket)}先排查电脑和网络，服务台会联系您约时间。")


def check_declined(ticket: Ticket) -> Say:
    """He does not want computer and network ruled out."""
    return Say(text=f"好的，{number(ticket)}就不派人了，请联系该系统的运维方。需要排查时随时说。")


def which_is_over(voice: Voice, tickets: list[Ticket]) -> Say:
    """Several tickets are open and he did not say which is settled."""
    listed = "；".join(f"{number(t)} {voice.what(t)}" for t in tickets[:4])
    return Say(text=f"您有{len(tickets)}张单：{listed}。是哪一张？回单号就行，全都是就回“都是”。")


def progress(
    voice: Voice, tickets: list[tuple[Ticket, str]], now: datetime, stands: Sequence[tuple[Ticket, Standstill]] = ()
) -> Say:
    """The true state of the reporter's open tickets, a line each; for which of them nobody comes today, and why."""
    if not tickets:
        return Say(text="您现在没有未完成的报障。有问题直接说哪台设备怎么了就行。")
    which = "" if len(stands) == len(tickets) else "、".join(number(t) for t, _ in stands)
    why = [f"{which}{standstill(voice, stands[0][1], now)}。"] if stands else []
    return Say(text="\n".join([*(voice.standing(t, name, now) for t, name in tickets[:5]), *why]))


def true_state(voice: Voice, ticket: Ticket, who: str = "") -> Say:
    """The answer to a stale press: what is really the case, and who acted."""
    return Say(text=f"{number(ticket)} {voice.what(ticket)}现在是：{state(ticket)}{f'（{who}）' if who else ''}。")


def not_yours(voice: Voice, ticket_id: int) -> Say:
    return Say(text=f"{ticket_id}号不是您能操作的单，没有改动。{voice.call_us()}")


def expired_card(voice: Voice) -> Say:
    return Say(text=f"这张卡片已失效，没有改动。直接打字说要做什么就行。{voice.call_us()}")


def referral(voice: Voice, say: str, ticket: Ticket | None, contact: Contact | None = None) -> Say:
    """The route's own words, and the agency's contact for it where one was entered."""
    head = f"（{number(ticket)}）" if ticket else ""
    return Say(text=f"{say}{head}{contact_line(contact)}")


def referral_settled(ticket: Ticket, note: str) -> Say:
    if note or ticket.by == "referred":
        return Say(text=f"{number(ticket)}已办结：{note}" if note else f"{number(ticket)}已由对方受理办结。")
    return Say(text=f"{number(ticket)}服务台已办结。还没好请回复：没修好")


FOLLOW_UP = {
    "complaint-praise": "您的意见已记下，负责人会回复您。",
    "consult-howto": "服务台会尽快告诉您怎么操作。",
    "data-service": "调取数据要先有书面授权，服务台会联系您。",
    "progress-query": "您名下没有查到这张单，服务台帮您查，尽快回复您。",
}


def request_received(voice: Voice, ticket: Ticket) -> Say:
    """A service request is registered; what happens next depends on what it is."""
    follow_up = FOLLOW_UP.get(ticket.request or "", "服务台会联系您确认时间和要求。")
    return Say(text=f"已登记{number(ticket)}：{voice.what(ticket)}。{follow_up}{voice.call_us()}")


FIRST_AID = {
    "door-trapped": "请先确保人身安全：保持镇定，不要扒门撬门，电梯里请按报警铃。有人不舒服打120，有烟火打119。",
    "laptop-liquid": "请先确保人身安全：马上拔掉电源，不要再开机，别用手去擦带电的地方；冒烟就撤离并打119。",
    "laptop-battery-swollen": "请先确保人身安全：停用并拔掉电源，不要按压、充电，人离远一点；冒烟就撤离并打119。",
    "oups-battery-swollen": "请先确保人身安全：停用，不要触碰、拆开，人离远一点；冒烟就撤离并打119。",
}
"""What to do first, where fleeing from fire is not it (assumed; the desk's safety officer should read it)."""
PAGED = "正在通知值班负责人。"


def emergency(voice: Voice, say: str, ticket: Ticket) -> Say:
    """What to do first in this danger, else the sentence `say` for all of them, and that the duty manager is told."""
    aid = FIRST_AID.get(ticket.fault or "")
    return Say(text=f"{aid + PAGED if aid else say}（{number(ticket)}）")


def classified(say: str, stopped: Ticket | None = None) -> Say:
    """`stopped`: what had been reported and is taken for classified now; should it not be, it has to be told again."""
    if stopped is None:
        return Say(text=say)
    return Say(text=f"{say}{number(stopped)}不再派人；如果{number(stopped)}与涉密无关，请重新报一次。")


def which_matter(voice: Voice, tickets: list[Ticket], card_id: str, kind: str) -> Card:
    """A photo that may belong to several open tickets."""
    shown = tickets[:4]
    buttons = [
        Button(text=clip(f"{number(t)}{voice.what(t)}", 10), verb=f"photo-{t.id}", command=number(t)) for t in shown
    ]
    return Card(
        card_id=card_id,
        source=SOURCE,
        title=f"这张{MEDIUM.get(kind, '照片')}是哪件事的？",
        description="点一下，或回复单号、“新问题”",
        body="；".join(f"{number(t)}{clip(place(t), 8)}{clip(voice.what(t), 8)}" for t in shown),
        buttons=(*buttons, Button(text="新问题", verb="photo-new", command="新问题")),
    )


def not_kept(voice: Voice, tickets: list[Ticket], card_id: str, kind: str) -> Card:
    """What he showed while his classified matter is open was not kept; of which other matter the next one will be."""
    shown = tickets[:4]
    buttons = [Button(text=clip(f"{number(t)}{voice.what(t)}", 10), verb=f"resend-{t.id}", command="") for t in shown]
    return Card(
        card_id=card_id,
        source=SOURCE,
        title=f"这{'张' if kind == 'photo' else '段'}{MEDIUM.get(kind, '内容')}没有保存",
        description="您有涉密事项未办结。是下面哪件事的，点一下再发",
        body="；".join(f"{number(t)}{clip(place(t), 8)}{clip(voice.what(t), 8)}" for t in shown),
        hint="或请先打字说是什么设备、怎么了，再发",
        buttons=tuple(buttons),
    )


def send_again(ticket: Ticket) -> Say:
    return Say(text=f"好的，请把照片再发一次，会记到{number(ticket)}。")


def in_words_first() -> Say:
    """To who sends a bare picture while his classified matter is open."""
    return Say(text="如果是别的设备，请先打字说是什么设备、怎么了，再发照片。")


def thanks() -> Say:
    return Say(text="不客气，有问题随时说。")


def chitchat(voice: Voice) -> Say:
    return Say(text=f"您好，我负责受理设备报障。请说哪台设备出了什么问题、在哪个房间。{voice.call_us()}")


def not_understood(voice: Voice) -> Say:
    return Say(text=f"没看明白。请说是哪台设备、怎么了，例如“302打印机卡纸”。{voice.call_us()}")


def too_long(voice: Voice, ticket: Ticket) -> Say:
    return Say(text=f"内容较长，已全部记到{number(ticket)}，服务台会看。请再用一句话说最急的是什么。")


DEVICE_KINDS = ("电脑", "打印机", "上不了网", "会议室设备")
"""What a report without words is most often about: the taps of its card, each understood like the typed words."""
MEDIUM = {"photo": "照片", "voice": "语音", "video": "视频", "location": "位置"}


def wordless(voice: Voice, ticket: Ticket, card_id: str, kind: str) -> Card:
    """The answer to a photo or recording alone: what kind of device, by a tap or in words."""
    care = "拍照时不要拍到文件内容。" if kind in ("photo", "video") else "录音已转服务台。"
    buttons = [Button(text=o, verb=f"answer-{i}", command=o) for i, o in enumerate(DEVICE_KINDS)]
    return Card(
        card_id=card_id,
        source=SOURCE,
        title=f"收到{MEDIUM.get(kind, '消息')}，已受理{number(ticket)}。是哪类设备？",
        description="点一下，或补一句什么设备、怎么了",
        body=f"{care}{voice.call_us()}",
        buttons=(*buttons, Button(text="转人工", verb="human", command="转人工")),
    )


def heard(voice: Voice, ticket: Ticket, card_id: str, text: str) -> Card:
    """The transcript of a recording, to be confirmed by a tap."""
    return Card(
        card_id=card_id,
        source=SOURCE,
        title=f"{number(ticket)}：是这个意思吗？",
        description=f"“{clip(text, 40)}”",
        body=voice.call_us(),
        buttons=(
            Button(text="是的", verb="heard-yes", command="是的", style="primary"),
            Button(text="不是", verb="heard-no", command="不是"),
            Button(text="转人工", verb="human", command="转人工"),
        ),
    )


def say_it(voice: Voice, ticket: Ticket) -> Say:
    """The transcript was wrong."""
    return Say(text=f"好的，{number(ticket)}请打字说一句：什么设备、怎么了。{voice.call_us()}")


def photo_noted(ticket: Ticket, kind: str) -> Say:
    return Say(text=f"{MEDIUM.get(kind, '内容')}已记到{number(ticket)}。")


def charges(voice: Voice) -> Say:
    """What it costs whoever asks: nothing for the service; parts and warranty are his agency's contract's."""
    return Say(
        text=f"报修、上门和检修都不向您个人收费；换件、耗材和保修按单位的合同办，要另外花钱的会先和单位确认。{voice.call_us()}"
    )


def sorry(voice: Voice, reference: int) -> Say:
    return Say(text=f"抱歉，刚才这条没处理成功（编号{reference}），已转服务台。{voice.call_us()}")
