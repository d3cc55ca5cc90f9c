"""What follows a report: a detail, a clearer word, the same once more, a correction, or another matter altogether.

Within half an hour (a correction: a day) a further message is read together with the open matter, and judged: the matter
stays what it is, becomes something else, or another is opened (`knowledge.outcomes`). Another room is another matter.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from bot.core.ticket import AT_WORK, BEFORE_ACCEPT, Action, Status
from bot.desk import (
    additions,
    approvals,
    dispatch,
    intake,
    merging,
    referral,
    regrading,
    seats,
    tickets,
)
from bot.desk.office import Office
from bot.store.engine import Tx
from bot.store.tables import Person, Ticket
from bot.views import notices, reporter
from knowledge import Understanding, acts
from knowledge.context import Sequel
from knowledge.corrected import CORRECTION

UNSAID = ("report", "aside", "chitchat", "greeting", "thanks")
"""Intents that leave it open what a further message does."""
RECENTLY = timedelta(minutes=30)
"""Longer after the first report, the same words are a new matter (assumed)."""
_BY_HIMSELF = ((Status.CANCELLED, "cancelled"), (Status.CLOSED, "self-help"))
"""How a ticket ends by a word of its reporter before anybody came."""
AGAIN = re.compile(
    r"照旧|照样|还是没|又(?!好了|可以|正常|行了)[^，。]{0,4}(?:了|不)|还是(?:要|得|来|派|麻烦|过来|帮)|不是(?:要)?(?:取消|撤)|(?:别|不要|先别)(?:取消|撤)|还[要得]来"
    r"|(?:点|按|误|手)[错滑误点]*[，\s]*(?:取消|撤)|[点按]错|改[到成]|重新(?:派|报|来)|单子?[^，。]{0,2}(?:留|保留|别关)|(?:明|后)天[^，。]{0,4}来|(?:下午|晚点|迟点|下周)[^，。]{0,3}(?:再|过)来"
)
"""What was called off is wanted after all: 等等，又闪了 / 不是取消，是改到明天."""
STAYS = re.compile("[^，。；]*(?:还是?要|还得|照样|照旧|继续|照修|只留|留着|还留|只修|只要修)[^，。；]*")
"""What is not called off with the rest: 电话好了，那个取消，打印机还是要来."""
_ALONE = "网门屏墨纸粉声灯"
"""Single characters that name what a report is about: 网自己好了."""
_NUMBER = re.compile(r"\d")
_FIRST = re.compile("(?:前面?|上面|头)(?:那|这)?一?[个件条]|第[一1][个件条]|先(?:说|报)的那?[个件条]?")
_SECOND = re.compile("(?:后面?|下面)(?:那|这)?一?[个件条]|第[二2两][个件条]|后(?:说|报)的那?[个件条]?")
"""Which of two matters is meant, by the order they were told in."""
_ANY_ROOM = frozenset({"办公室", "会议室", "房间", "接待室", "宿舍", "教室"})
"""A kind of room; with a number it is the same one: 办公室 / 308."""
NEARBY = frozenset(
    {
        "大厅",
        "大堂",
        "门口",
        "大门口",
        "走廊",
        "前台",
        "门卫",
        "窗口",
        "楼梯",
        "电梯口",
        "楼梯口",
        "角落",
        "隔壁",
        "旁边",
    }
)
"""Where in a place it stands, not another place."""
SURE = 0.75
"""Confidence below which whatever is said after an emergency is about it."""
IS_CLASSIFIED = re.compile(
    r"^(?:[忘漏]了?说.?|补充.?|对了|其实)?[，,\s]*[这那它就台个部]{0,3}[^，]{0,4}是[^，]{0,5}(?:密|红机)|^(?:涉密|保密|机密|密级)[^，]{0,5}$"
)
"""It says of something already told that it is classified, and reports nothing new: 是涉密打印机, 忘了说，这台是涉密机."""
_ABOUT_IT = re.compile("^.{0,8}(?:专门|处理|存(?:[的着有放]|.{0,4}件)|放[着有的]|用来|里[面头]?(?:是|有|存|放|装))")
"""What the device reported is for: 处理密级文件那台, 他那台是专门存机密件的."""
_FAILS = re.compile(
    "[打开连上用按动进读印扫认登发收]不|不[了动出上开进通转响亮]|坏|没|冇|唔到|死机|故障|报错|失灵|黑屏|丢|(?<!机)要|想|申请"
)
"""It tells what is wrong or wanted by itself: 红机没声音, 涉密机要加内存."""
_SECRET = re.compile("涉密|机密|秘密|绝密|保密|密级")
WISHED = 0.5
"""Confidence from which another kind of request is one of its own, beside one that is open (assumed)."""
_CHANGES = re.compile(
    "(?:改[到成为]|改[用装借要领开](?!会)|改(?=[a-zA-Z明后下周]))(?!.*(?:好[了啦]|[行通]了|可以了|正常|能用))"
)
"""Something is wanted otherwise than told, and called off by no means: 改到后天用, CAD不要了，改装PS."""
BESIDE = 0.5
"""Chance of the act "another" from which what may be an answer is another request (assumed)."""
_MOVES = re.compile(
    "(?:座位|工位|办公[室桌]|我们?|科室?|电脑|桌子)[^，。？?]{0,4}(?:要|想|需要|得|准备|打算|申请|帮[我忙])[^，。？?]{0,3}(?:搬|移|挪|调)[到去至]"
)
"""Somebody is to move, in plain words: 我座位要搬到305. 我搬到305了 only says where he sits now."""
_NAMES = re.compile("[a-z]{2,}")
TELLS = 0.5
"""Confidence from which a message, its words of secrecy aside, reports something of its own."""
_WHAT_NOW = re.compile(
    "^[那这请问啊哦嗯就我们，,\\s]*(?:要|该|应该|可以|得|还)?(?:怎么|咋|点样?|如何|找谁|谁)[^，。]{0,6}[？?！!。~]*$"
)
"""What is to be done, asked after R5: 那怎么办, 要怎么报, 找谁."""
_OPEN = (*BEFORE_ACCEPT, *AT_WORK, Status.REFERRED)


async def follow_up(tx: Tx, office: Office, who: Person, text: str) -> dict[str, float]:
    """How likely each act of a message is that follows a report of his (`knowledge.acts`); empty: it follows none."""
    latest = await tickets.latest_of(tx, who)
    if latest is None or (latest.closed_at is not None and tx.now - latest.closed_at > RECENTLY):
        return {}
    told = office.context.gist(await tickets.said(tx, latest))
    return office.context.acts(told, _known(latest), text)


def as_follow_up(office: Office, text: str, meaning: Understanding, found: Mapping[str, float]) -> Understanding:
    """A message's meaning, where its words alone do not say what it does: by the acts that were found likely."""
    open_ = meaning.decision not in ("emergency", "classified") and meaning.intent in UNSAID
    intent = acts.INTENTS.get(acts.believed(found) or "") if open_ and found else None
    if intent is None or (intent == "done" and _CHANGES.search(text)):
        return meaning
    return office.classifier.as_intent(intent, text)


async def told_before(tx: Tx, who: Person, meaning: Understanding) -> Ticket | None:
    """The reporter's recent open ticket about what a message means, unless the message names another room."""
    for ticket in await tickets.live_of(tx, who):
        if _same(ticket, meaning, tx.now) and not elsewhere(ticket, meaning):
            return ticket
    return None


async def again(tx: Tx, office: Office, who: Person, ticket: Ticket, text: str, meaning: Understanding) -> None:
    """Keep it with its ticket; whoever holds it, and in an emergency the desk, hears of it. Nothing of R5 is kept."""
    if ticket.kind == "classified":
        await notices.tell(tx, who, reporter.classified(office.book.routes["R5"].say), ticket)
        await referral.redact(tx, who, ticket)
        return
    await additions.add(tx, office, who, ticket, text, meaning)
    await seats.more_of_emergency(tx, office, ticket, who, text)


async def of_merged(
    tx: Tx, office: Office, who: Person, words: tickets.Words, own: Ticket, into: Ticket, meaning: Understanding
) -> None:
    """More about a report of his that is handled with another one, which may have become a classified matter."""
    if into.kind == "classified":
        await again(tx, office, who, into, "", meaning)
    else:
        await merging.more(tx, who, own, into, words)
        await seats.more_of_emergency(tx, office, into, who, words.text)


def nearest(live: Sequence[Ticket], meaning: Understanding) -> list[Ticket]:
    """The open tickets, those whose device a message names, or tells a fault of, before the others: 座机不用管了 is about the
    telephone, 卡纸 about the printer and not about the move that was asked for after it.
    """
    device = str(dict(meaning.slots).get("device") or "")

    def far(ticket: Ticket) -> int:
        known = str(ticket.slots.get("device") or "")
        if device and known and (device in known or known in device):
            return 0
        fault = meaning.kind == "fault" and ticket.kind != "request" and ticket.item is not None
        return 1 if ticket.item in meaning.named or (fault and ticket.item == meaning.item) else 2

    return sorted(live, key=far)


async def meant(tx: Tx, office: Office, live: Sequence[Ticket], said: str, named: Collection[str]) -> Ticket | None:
    """Of several open tickets the one a message means: by their order (前面那个), by its device, where only one has it, or the
    one whose own words it repeats most (竖线的不用修了). `named`: the items it names. None: no more than another."""
    told_first = sorted(live, key=lambda ticket: ticket.id or 0)
    for order, which in ((_FIRST, 0), (_SECOND, 1)):
        if order.search(said):
            return told_first[which]
    if len(owners := [ticket for ticket in live if ticket.item in named]) == 1:
        return owners[0]
    pairs = {pair for i in range(len(said) - 1) if (pair := said[i : i + 2]).isalnum()}
    begun = {ticket.id: (await tickets.said(tx, ticket))[:1] for ticket in live}
    shared: list[tuple[tuple[int, bool], Ticket]] = []
    for ticket in live:
        told = "，".join(await tickets.said(tx, ticket))
        if list(begun.values()).count(begun[ticket.id]) > 1:  # told in one message: what each is of it
            told = f"{ticket.slots.get('device', '')}，{office.voice.what(ticket)}"
        one = any(letter in told for letter in said[:3] if letter in _ALONE)
        shared.append(((sum(pair in told for pair in pairs), one), ticket))
    most = max(count for count, _ in shared)
    best = [ticket for count, ticket in shared if count == most]
    return best[0] if any(most) and len(best) == 1 else None


async def revived(tx: Tx, who: Person, text: str, meaning: Understanding) -> Ticket | None:
    """The ticket just called off, or closed by himself, that is wanted after all, if the message says so and names no other
    device. Nothing of a classified matter is kept to be told anew."""
    latest = await tickets.latest_of(tx, who)
    if latest is None or latest.closed_at is None or (latest.status, latest.by) not in _BY_HIMSELF:
        return None
    other = bool(meaning.named) and latest.item not in meaning.named
    if latest.kind == "classified" or other or elsewhere(latest, meaning):
        return None
    return latest if tx.now - latest.closed_at <= RECENTLY and AGAIN.search(text) else None


async def revive(tx: Tx, office: Office, who: Person, ticket: Ticket, text: str) -> None:
    """What was called off is reported anew, with all that was said before."""
    read = office.classifier.understand
    told = "，".join(words for words in await tickets.said(tx, ticket) if read(words).intent not in ("done", "cancel"))
    await intake.report(tx, office, who, f"{told}，{text}", office.classifier.understand(told))


async def classified_now(tx: Tx, office: Office, who: Person, text: str, meaning: Understanding) -> bool:
    """A report just made is of classified equipment, it turns out (是涉密打印机): it goes the way of R5, if one is open.

    Of a report that was merged: the ticket it is handled with.
    """
    plainly = IS_CLASSIFIED.search(text) is not None or _says_of_it(office, text)
    own = [(ticket, ticket) for ticket in await tickets.live_of(tx, who)]
    for told, ticket in [*own, *await merging.survivors(tx, who)]:
        its_own = not meaning.named or told.item in meaning.named
        if (
            tx.now - told.created_at <= RECENTLY
            and ticket.status in _OPEN
            and ticket.kind in ("fault", "unclear")
            and its_own
            and tickets.can(ticket, Action.REFER)
            and (plainly or await _is_its_own(tx, office, told, text))
        ):
            await dispatch.stop_work(tx, ticket, "涉密设备")
            await intake.classified_after_all(tx, office, who, ticket)
            return True
    return False


def _says_of_it(office: Office, text: str) -> bool:
    """Whether a message of secrecy refers to what was told, and reports nothing itself: 处理密级文件那台."""
    alone = office.classifier.understand(_SECRET.sub("", text))
    about = _ABOUT_IT.search(text) is not None and _FAILS.search(text) is None
    return about and (alone.kind != "fault" or alone.confidence < TELLS)


async def _is_its_own(tx: Tx, office: Office, ticket: Ticket, text: str) -> bool:
    """Whether a message of secrecy is rather about this report than one more: it tells no other fault (就系保密室嗰部,
    机要室的), and the judgement of what becomes of it says so. Who has just reported something mostly speaks of that."""
    if _FAILS.search(text):
        return False
    alone = office.classifier.understand(_SECRET.sub("", text))
    tells = alone.kind == "fault" and alone.confidence >= TELLS and not alone.details and alone.fault != ticket.fault
    return not tells and not office.context.begins(text) and (await judged(tx, office, ticket, text)).kind != "opens"


async def follow(
    tx: Tx, office: Office, who: Person, ticket: Ticket, text: str, meaning: Understanding, *, corrects: bool
) -> bool:
    """Whether the message belonged to this open ticket, and was seen to. False: it is another matter.

    Whatever names no other device after R5 is about the classified equipment, and is not kept. `corrects`: it says that
    something told was wrong; then what somebody has in hand already becomes what it says as well, and he is told.
    """
    place_only = meaning.details or (meaning.decision == "request" and not office.context.wishes(meaning))
    if elsewhere(ticket, meaning) and not place_only and not corrects:
        return False
    if ticket.kind == "classified":
        elsewhere_ = meaning.decision in ("route", "request") and meaning.confidence >= SURE and not meaning.details
        elsewhere_ = elsewhere_ and not (_WHAT_NOW.search(text) and not meaning.named)
        if office.context.begins(text) or elsewhere_ or (meaning.named and meaning.decision == "dispatch"):
            return False
        await again(tx, office, who, ticket, text, meaning)
        return True
    if not corrects and await another_wish(tx, office, ticket, text, meaning):
        return False
    if ticket.kind != "request" and not corrects and moves(text, meaning):
        return False
    sequel = await judged(tx, office, ticket, text)
    grave = ticket.kind == "emergency" and not office.context.begins(text) and meaning.confidence < SURE
    if sequel.kind == "opens" and ticket.kind == "unclear" and sequel.meaning.fault == ticket.fault is not None:
        sequel = Sequel("becomes", sequel.meaning)  # as it was guessed
    if sequel.kind == "opens" and not grave:
        return False
    open_ = ticket.status in (*BEFORE_ACCEPT, Status.REFERRED) or corrects
    becomes = sequel.kind == "becomes" and ticket.kind != "emergency" and open_
    sibling = await _told_of(tx, who, ticket, sequel.meaning) if becomes else None
    if sibling is not None:
        await again(tx, office, who, sibling, text, meaning)
    elif becomes and ticket.kind == "unclear":
        await _settle(tx, office, who, ticket, text, sequel.meaning)
    elif becomes:
        await _put_right(tx, office, who, ticket, text, sequel.meaning)
    else:
        await again(tx, office, who, ticket, text, sequel.meaning)
    return True


def moves(text: str, meaning: Understanding) -> bool:
    """Whether a message wants a move by itself, whatever it was that we had asked: the room it names answers nothing."""
    return meaning.request == "relocation" and meaning.confidence >= SURE and _MOVES.search(text) is not None


async def another_wish(tx: Tx, office: Office, ticket: Ticket, text: str, meaning: Understanding) -> bool:
    """Whether somebody wants something else beside an open request: another kind of request or a matter for others, or,
    once it is put to whoever must say yes, something named that he was not asked about (申请装个PS, of CAD). While we ask
    what it is about, an answer may sound like another request (出差用的笔记本): then the act of the message decides.
    """
    wished = office.context.wishes(meaning)
    if ticket.kind != "request" or meaning.request == "progress-query" or not (wished or meaning.decision == "route"):
        return False
    if meaning.request != ticket.request and moves(text, meaning):
        return True
    telling = ticket.status in (Status.NEW, Status.NEED_INFO)
    telling = telling or (ticket.status == Status.APPROVAL and await approvals.standing(tx, ticket) is None)
    told = await tickets.said(tx, ticket)
    if meaning.request != ticket.request:
        if meaning.confidence < WISHED or (wished and not telling):
            return meaning.confidence >= WISHED
        return office.context.acts(office.context.gist(told), _known(ticket), text)["another"] >= BESIDE
    names, known = _NAMES.findall(text.lower()), "".join(told).lower()
    return bool(names) and not telling and not any(name in known for name in names)


async def judged(tx: Tx, office: Office, ticket: Ticket, text: str) -> Sequel:
    """What becomes of an open ticket with a further message (`knowledge.outcomes`)."""
    return office.context.sequel(office.context.gist(await tickets.said(tx, ticket)), _known(ticket), text)


def _known(ticket: Ticket) -> str | None:
    """What the ticket is known to be: its fault, request or route; None: it is unclear, or a guess we have asked about."""
    guess = ticket.kind == "fault" and ticket.status in (Status.NEW, Status.NEED_INFO)
    return None if guess or ticket.kind == "unclear" else ticket.fault or ticket.request or ticket.route


async def _told_of(tx: Tx, who: Person, ticket: Ticket, meaning: Understanding) -> Ticket | None:
    """Another open ticket that is what the words read with this one mean: they are about that one."""
    for other in await tickets.live_of(tx, who):
        if other.id != ticket.id and meaning.fault and other.fault == meaning.fault:
            return other
    return None


async def _settle(tx: Tx, office: Office, who: Person, ticket: Ticket, text: str, meaning: Understanding) -> None:
    """All words together say what an unclear one is: a fault, or what may be one; something for others; a request."""
    if meaning.kind == "fault":
        settle = intake.suppose if meaning.decision == "ask" else intake.correct
        await settle(tx, office, who, ticket, text, meaning)
        if meaning.decision == "dispatch":
            await intake.others(tx, office, who, ticket, meaning, tickets.Words(text))
        return
    await tickets.add_words(tx, ticket, who, tickets.Words(text))
    if meaning.decision == "route" and meaning.route:
        await referral.by_answer(tx, office, who, ticket, meaning.route)
    elif meaning.decision == "request":
        await intake.request_after_all(tx, office, who, ticket, meaning)
    else:
        await notices.tell(tx, who, reporter.added(ticket), ticket)


async def _put_right(tx: Tx, office: Office, who: Person, ticket: Ticket, text: str, meaning: Understanding) -> None:
    """It is something else than was told: another fault, or something for others or a request after all. What is in hand
    already stays with its technician, who is told; what was referred comes back."""
    if ticket.status == Status.REFERRED:
        await referral.undo(tx, ticket, who)
    if meaning.kind == "fault":
        await intake.correct(tx, office, who, ticket, text, meaning)
        await seats.more_of_emergency(tx, office, ticket, who, text)
        return
    if ticket.status not in BEFORE_ACCEPT or meaning.decision not in ("route", "request"):
        await again(tx, office, who, ticket, text, meaning)
        return
    await tickets.add_words(tx, ticket, who, tickets.Words(text), "corrected")
    await regrading.call_back(tx, office, ticket, who)
    if meaning.decision == "route" and meaning.route:
        await referral.by_answer(tx, office, who, ticket, meaning.route)
    else:
        await intake.request_after_all(tx, office, who, ticket, meaning)


async def belongs(tx: Tx, office: Office, ticket: Ticket, text: str, meaning: Understanding) -> bool:
    """Whether a message is more about this report rather than another matter."""
    if elsewhere(ticket, meaning) or office.context.begins(text):
        return False
    return (await judged(tx, office, ticket, text)).kind != "opens"


def only_place(office: Office, text: str) -> Understanding | None:
    """What a correction means that is about where or who only: 打错，504. None: it is of something else, or none."""
    rest = CORRECTION.sub("，", text)
    meaning = office.classifier.understand(rest) if rest != text else None
    return meaning if meaning is not None and meaning.details else None


def replaced(ticket: Ticket, meaning: Understanding) -> bool:
    """A correction that says nothing of a fault but names another room: 发错了，是608."""
    return elsewhere(ticket, meaning) and not (meaning.decision == "dispatch" and meaning.fault != ticket.fault)


def is_open(ticket: Ticket, now: datetime) -> bool:
    """Whether what is said now may belong to it: reported a short while ago and neither done nor given up."""
    return ticket.status in _OPEN and now - ticket.created_at <= RECENTLY


def elsewhere(ticket: Ticket, meaning: Understanding) -> bool:
    """The message names another room than the ticket: a second device, not more about the first. Danger: another floor."""
    slots, both = dict(meaning.slots), ticket.kind == "emergency" and meaning.decision == "emergency"
    if both and slots.get("floor") and ticket.slots.get("floor") and slots["floor"] != ticket.slots["floor"]:
        return True
    said, known = _room(slots.get("room")), _room(ticket.slots.get("room"))
    if not said or not known or said == known or said in NEARBY or {said, known} & _ANY_ROOM:
        return False
    return _NUMBER.search(said + known) is not None or meaning.decision in ("dispatch", "emergency", "classified")


def _room(said: object) -> str:
    """A room without the ways its number is said: 3号窗口 is 3窗."""
    return str(said or "").replace("号", "").removesuffix("口")


def _same(ticket: Ticket, meaning: Understanding, now: datetime) -> bool:
    if now - ticket.created_at > RECENTLY:
        return False
    match meaning.decision:
        case "emergency":
            alike = (
                not meaning.named or not ticket.fault or meaning.fault == ticket.fault or meaning.item == ticket.item
            )
            return ticket.kind == "emergency" and alike
        case "classified":
            return ticket.kind == "classified"
        case "request":
            return ticket.kind == "request" and ticket.request == meaning.request
        case "route":
            return ticket.kind == "referral" and ticket.route == meaning.route
    return False
