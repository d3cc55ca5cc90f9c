"""How seats and technicians put a command, in their own order and words → the command as it is printed. Pure: it knows no ticket.

1号转出R4, 让王强去1号, 哪些单还没派, 明天下午请假: what is told here is only another way to say a command; what is no such way
comes back as None, and is read as whatever else it may be.
"""

import re

N = r"(?:请|麻烦)?(?:帮我?)?(?:把|将)?#?(?P<n>\d{1,9})\s*号(?:的?(?:工单|单子?))?的?\s*"
MAYBE = r"(?:(?:请|麻烦)?(?:帮我?)?(?:把|将)|(?=#?\d{1,9}\s*号))(?:#?(?P<n>\d{1,9})(?!\d)\s*号?(?:的?(?:工单|单子?))?的?\s*)"
"""As N; after 把 also without 号."""
M = r"#?(?P<m>\d{1,9})\s*号?(?:工单|单子?)?"
NAME = r"(?P<name>(?!号|给|让|叫|请|由|成|去|来)[\u4e00-\u9fff·]{2,4}?)"
"""Whether anybody is called that is for whoever reads the command to find out."""
GO = r"(?:去|来)?(?:看看|看一?下|看|处理|修|接|跟进?|弄|办|做)?(?:一?下)?\s*"
SEP = r"[，,。:：；;\s]*"
REST = rf"{SEP}(?P<rest>\S.*)"
PLEASE = (
    r"(?:有没有)?(?:看一?下|看看|查一?下|查看|列出?|给我看|我想看)?(?:现在|目前|今天)?(?:还|都)?(?:有没有|有|剩)?"
    r"(?:哪些|什么|多少|几张|所有的?|全部的?)?"
)
TICKETS = r"(?:的?(?:工单|单子|单))?"
TO = r"(?:优先级)?(?:改|调|升|降|提)?(?:级|高|低)?(?:成|为|到|至)?\s*[pPＰ](?P<p>[1-4])(?!\d)"
HOW = (
    r"(?:现在|目前|进展|状态|情况|详情)*(?:怎么样了?|怎样了?|咋样了?|如何|是?什么情况|到哪了|到哪一步|谁在(?:处理|办|修|弄|跟)|"
    r"在谁(?:手上|那))?"
)
GIVE = r"(?:(?:改派|换派|指派|派|改|换|重派|转|交)(?:给|成|由|让|叫|请)?|给|由|让|叫|请)"
BEFORE = r"(?:历史(?:记录)?|(?:以前|之前)的单|(?:以前|之前)?(?:报过|修过)什么)"
WHEN = (
    r"(?P<when>(?:(?:大后|后|明|今)天|今晚|明晚|下?(?:周|星期|礼拜)[一二三四五六日天]|(?:\d{1,2}[-/.月])?\d{1,2}[日号]|\d{1,2}[-/.]\d{1,2})"
    r"(?:全天|上午|下午|晚上)?)"
)
WITH = r"(?:我)?(?:想|要)?(?:跟|和|同|找)"
END = r"(?:呢|吗|么|啊|了|有哪些|有吗|列表)?[？?。！!]?"


def _list(words: str) -> str:
    return rf"{PLEASE}{TICKETS}(?:还|都|是)?(?:{words}){TICKETS}{END}"


_DESK: tuple[tuple[str, str], ...] = (
    (_list("没派(?:出去|人)?|未派|待派|没人管|没人跟(?:进)?|没安排|未安排|没分派"), "待派"),
    (_list("没人?接(?:单)?|未接(?:单)?|待接"), "待接"),
    (_list("(?:已经?)?(?:超时|逾期|超期|过期)"), "超时"),
    (_list("未结|没结|未完成?|没完成?|没办完|没做完|没处理完?|在办|开着"), "未结"),
    (_list("我(?:手上|跟进|跟)(?:的|着)?"), "我的"),
    (rf"{N}(?:合并|并单|并)(?:到|入|进|给|和|跟)?\s*{M}", "合并 {n} 到 {m}"),
    (rf"{N}(?:和|跟|与|同)\s*{M}\s*(?:合并|并单|并成一张|是一件事|是同一个?(?:问题|故障|事))(?:一下|吧|了)?", "合并 {m} 到 {n}"),
    (rf"{N}(?:撤销|取消|撤回)合并", "撤销合并 {n}"),
    (rf"{N}(?:撤销|取消|撤回)拆分", "撤销拆分 {n}"),
    (rf"{N}(?:撤销|取消|撤回)转出", "撤销转出 {n}"),
    (rf"{N}{TO}{REST}", "优先级 {n} P{p} {rest}"),
    (rf"{N}{TO}", "优先级 {n} P{p}"),
    (rf"{N}(?:转出?|转给|转到)(?:给|到|去)?\s*[rRＲ](?P<p>\d{{1,2}})(?!\d)", "转出 {n} R{p}"),
    (rf"{N}(?:拆分|拆出|拆单|拆开|分出)(?:来|去)?(?:一张|一个)?{REST}", "拆分 {n} {rest}"),
    (rf"{N}(?:改类|改分类|归类|重新分类|改判)(?:为|成|到)?{REST}", "改类 {n} {rest}"),
    (rf"{N}(?:改成|改为|更正为|应该是|其实是|实际是){SEP}(?P<rest>(?![pPＰ]\d).+)", "改类 {n} {rest}"),
    (rf"{N}(?:办结|关单|关闭|关掉|关了|结单|结了|结案)(?:吧|了)?(?:{REST})?", "办结 {n} {rest}"),
    (rf"{N}(?:我来|我)(?:跟进|跟|处理)(?:吧|了)?", "跟进 {n}"),
    (rf"{N}(?:还有谁|谁)(?:能|可以|可|有空)(?:去|接|派|修|处理)?[？?]?", "还有谁 {n}"),
    (rf"{N}代(?:他|她|使用人|用户)?同意{REST}", "代同意 {n} {rest}"),
    (rf"{N}联系(?:一下)?(?:报障人|用户|使用人)", "联系报障人 {n}"),
    (rf"联系(?:一下)?{N}(?:报障人|用户|使用人)", "联系报障人 {n}"),
    (rf"{N}(?:时限|还剩多久|还有多久|超时了?没有?|超没超时)[？?]?", "时限 {n}"),
    (rf"{N}(?:备注|补充|记一下){REST}", "备注 {n} {rest}"),
    (rf"{N}(?:帮我?)?催(?:一下|催|促)?(?:吧|了)?", "备注 {n} 请尽快处理"),
    (rf"(?:帮我?)?催(?:一下|促)?{M}(?:吧|了)?", "备注 {m} 请尽快处理"),
    (rf"{NAME}(?:手上|那边|那里|那)?(?:现在|还)?(?:有|在办)(?:着)?(?:哪些|什么|几张|多少)(?:工单|单子?)[？?]?", "查 {name}"),
    (rf"{N}{HOW}[？?]?", "查 {n}"),
    (rf"{MAYBE}{GIVE}\s*{NAME}{GO}(?:吧|了)?", "派 {n} {name}"),
    (rf"(?:(?:指|改)?派给|派|让|叫|请|安排)\s*{NAME}\s*{GO}#?(?P<n>\d{{1,9}})\s*(?:号(?:工单|单子?)?|单)?吧?", "派 {n} {name}"),
    (rf"(?P<m>[a-zA-Z]?\d{{3,4}})(?:室|房间?)?的?{BEFORE}[？?]?", "查 {m}"),
    (rf"(?P<name>[\u4e00-\u9fff]{{2,12}}?)的?\s*(?P<m>[a-zA-Z]?\d{{3,4}})(?:室|房间?)?的?{BEFORE}[？?]?", "房间 {name} {m}"),
    (rf"(?P<name>(?:[A-Za-z]{{1,6}}-)\d{{2,10}})的?{BEFORE}[？?]?", "资产 {name}"),
    (r"(?:把|将)?(?P<name>(?!解除|取消)[\u4e00-\u9fff]{2,4}?)禁言\s*(?P<rest>\d.*|[一两二三半].*)?", "禁言 {name} {rest}"),
    (r"禁言(?P<name>[\u4e00-\u9fff]{2,4}?)\s*(?P<rest>\d.*|[一两二三半].*)", "禁言 {name} {rest}"),
    (r"(?:解除|取消)(?:对)?(?P<name>[\u4e00-\u9fff]{2,4}?)的?禁言", "解除禁言 {name}"),
)  # fmt: skip
_STAFF: tuple[tuple[str, str], ...] = (
    (
        rf"{N}(?P<verb>取消预约|改约|预约|约|要晚到|晚到|备件|备机|取消转交|转交|换人|时限|联系报障人)(?:{REST})?",
        "{verb} {n} {rest}",
    ),
    (rf"(?:我)?(?:想|要|需要)?{WHEN}(?:我)?(?:想|要|需要)?请(?:个|一天|半天)?假(?:{REST})?", "请假 {when} {rest}"),
    (rf"{WITH}{NAME}换(?:一?下|个)?\s*{WHEN}的?班次?(?:{REST})?", "换班 {name} {when} {rest}"),
    (rf"{WHEN}的?班?{WITH}{NAME}换(?:班|一?下|个班)?(?:吧)?", "换班 {name} {when}"),
    (r"(?:我?(?:这周|本周|最近|下周)?|(?:这周|本周|最近|下周)我)的?(?:是|上)?(?:什么|哪些|几点的?)班[？?]?", "我的班"),
    (r"(?:我)?(?:看看|查)?我?(?:这周|本周|下周|最近)的?(?:班|班表|排班)", "我的班"),
    (r"(?:下一班|接班的?|接下来)(?:是)?谁(?:值班|在岗|接班|来)?[？?]?|谁(?:来)?接班[？?]?", "谁在岗"),
    (r"我?(?:先|已经?)?(?:下班|收工)(?:了|啦)[。！!]?", "下线"),
    (r"我?(?:已经?)?(?:上班|到岗|开工)(?:了|啦)[。！!]?", "上线"),
)  # fmt: skip
_HOURS = r"(?P<hours>\d{1,2}[:：.点时]\S*)?"
_STAND_IN = (
    (rf"(?!取消|撤销|不要)(?:让|叫|请|安排)?{NAME}{WHEN}(?:来)?顶班\s*{_HOURS}(?:吧)?", "顶班 {name} {when} {hours}"),
    (rf"{WHEN}(?:让|叫|请|安排)?{NAME}(?:来)?顶班\s*{_HOURS}(?:吧)?", "顶班 {name} {when} {hours}"),
    (rf"(?!取消|撤销|不要)(?:让|叫|请|安排)?{NAME}(?:来)?顶班\s*(?P<when>\S.*)", "顶班 {name} {when}"),
)


def _table(lines: tuple[tuple[str, str], ...]) -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(rf"^{pattern}$", re.S), form) for pattern, form in lines)


STAFF = _table(_STAFF)
DESK = _table((*_DESK, *_STAND_IN, *_STAFF))


def printed(line: str, *, desk: bool = True) -> str | None:
    """The command that a line of a seat's, or else a technician's, means, as it is printed; None when it is none, or
    printed so already.
    """
    said = line.strip()
    for pattern, form in DESK if desk else STAFF:
        if match := pattern.match(said):
            whole = form.format(**{name: (value or "").strip() for name, value in match.groupdict().items()}).strip()
            return None if whole == said else whole
    return None
