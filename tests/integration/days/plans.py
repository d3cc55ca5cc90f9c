"""What may happen on a day: what people say and press, what goes wrong, and how long it takes. A day is a plan: a list of steps.

A step is a tuple, its first word says what it is (`Day.does`). `{n}` and `{m}` in a line are tickets of that day.
"""

from typing import Any

from hypothesis import strategies as st

from tests.integration.days.day import CAST, REPORTERS, SEATS, TECHNICIANS

FROM_REPORTERS = (
    "三楼302打印机卡纸了", "三楼302电脑蓝屏了", "5楼501上不了网", "打印机", "电脑坏了", "三楼302", "机房冒烟了", "投影没声音",
    "电话打不通", "涉密电脑坏了", "空调不制冷", "申请开通VPN", "催一下", "没修好", "好了", "好了不用来了", "不是打印机是扫描仪",
    "转人工", "谢谢", "直接派人", "还是不行", "撤销 {n}", "到哪了", "另外投影仪也坏了", "5分", "可以上门",
)  # fmt: skip
FROM_TECHNICIANS = (
    "接单", "接单 {n}", "退回 {n} 太远", "出发", "到场", "到场 {n}", "远程 {n}", "已联系", "暂停 {n} 等备件", "继续", "恢复 {n}",
    "已恢复", "已解决", "已解决 {n}", "正常", "异常", "1", "2", "3", "上一步", "求助", "已确认", "做不到", "撤销", "上线", "忙碌",
    "下线", "转交 {n} 赵磊 有急事", "转交 {n} 孙涛 有急事", "接手", "不接手", "取消转交 {n}", "请假 今天下午", "我做完 {n}",
    "转服务台 {n}", "没信号", "有信号", "下一张", "联系报障人 {n}", "换班 孙涛 明天", "免打扰 10:00-12:00", "我的单", "结束对话",
    "加入", "不方便",
)  # fmt: skip
FROM_SEATS = (
    "派 {n} 王强", "派 {n} 赵磊", "派 {n} 孙涛", "跟进 {n}", "办结 {n} 已处理", "转出 {n} R1", "转出 {n} R5", "合并 {n} {m}",
    "撤销合并 {n}", "拆分 {n}", "优先级 {n} P1 领导要用", "优先级 {n} P3 误判", "批准 1", "不批 1", "批准 2", "请假 今天下午",
    "顶班 孙涛 今天 12:00-14:00", "代报 13900000002 三楼302打印机卡纸", "联系报障人 {n}", "结束对话", "事件 1 确认", "事件 1 恢复",
    "事件 1 不是", "裁定 {n} 1 使用方 有据", "停工 今天 台风", "取消停工 今天", "禁言 李梅 1小时", "撤销 {n}", "改类 {n} 电脑蓝屏",
    "谁在岗",
)  # fmt: skip


def says(users: tuple[str, ...], words: tuple[str, ...]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.tuples(st.just("says"), st.sampled_from(users), st.sampled_from(words), FEW, FEW)


FEW = st.integers(0, 3)
ANYBODY = st.sampled_from(tuple(CAST))
REPORTED = says(REPORTERS, FROM_REPORTERS[:9])
PRESSED = st.tuples(st.just("press"), ANYBODY, FEW, st.integers(0, 5), st.integers(1, 2))
WORKED = says(TECHNICIANS, FROM_TECHNICIANS)
STEERED = says(SEATS, FROM_SEATS)
WAITED = st.tuples(st.just("ahead"), st.sampled_from((1, 4, 6, 11, 16, 35, 90, 400)))
STEPS = st.one_of(
    REPORTED, REPORTED, says(REPORTERS, FROM_REPORTERS), PRESSED, PRESSED, PRESSED, WORKED, WORKED, WORKED,
    STEERED, STEERED, WAITED, WAITED,
    st.tuples(st.just("press-of"), ANYBODY, ANYBODY, FEW, FEW),
    st.tuples(st.just("gone"), st.sampled_from((*REPORTERS, *TECHNICIANS, "zhoumin"))),
    st.tuples(st.just("jump"), st.sampled_from((3, 20, 150, 1500))),
    st.tuples(st.just("down"), st.sampled_from((0, 7, 60, 900))),
    st.just(("back",)), st.just(("restart",)),
)  # fmt: skip


BEGUN = (
    [],
    [("says", "limei", "三楼302电脑蓝屏了", 0, 0), ("says", "limei", "直接派人", 0, 0)],
    [
        ("says", "limei", "三楼302打印机卡纸了，急", 0, 0),
        ("says", "limei", "直接派人", 0, 0),
        ("says", "zhoumin", "派 1 王强", 0, 0),
        ("says", "wangqiang", "接单 1", 0, 0),
        ("says", "chenzhi", "5楼501上不了网", 0, 0),
    ],
    [
        ("says", "limei", "三楼302电脑蓝屏了", 0, 0),
        ("says", "zhoumin", "派 1 孙涛", 0, 0),
        ("says", "suntao", "接单 1", 0, 0),
        ("says", "suntao", "到场 1", 0, 0),
    ],
)
"""How a day has begun: with nothing, an offer, a ticket in hand and another one, a repair."""
PLANS = st.tuples(st.sampled_from(BEGUN), st.lists(STEPS, min_size=6, max_size=20)).map(
    lambda both: [*both[0], *both[1]]
)
ONCE_RED = {
    "the desk gives away a report whose pieces are still coming": [
        ("says", "limei", "打印机", 0, 0),
        ("says", "zhoumin", "派 1 王强", 0, 0),
        ("says", "limei", "三楼302", 0, 0),
        ("ahead", 4),
        ("back",),
        ("restart",),
        ("ahead", 16),
    ],
    "the desk gives away a report about which something is still asked, and the answer comes": [
        ("says", "chenzhi", "投影没声音", 0, 0),
        ("ahead", 1),
        ("says", "hetao", "派 1 王强", 0, 0),
        ("press", "chenzhi", 0, 1, 2),
    ],
    "it is taken, and nobody answers": [
        ("says", "chenzhi", "投影没声音", 0, 0),
        ("ahead", 1),
        ("says", "hetao", "派 1 王强", 0, 0),
        ("says", "wangqiang", "接单 1", 0, 0),
        ("ahead", 16),
    ],
    "it is taken, and the reporter asks for a person instead": [
        ("says", "chenzhi", "投影没声音", 0, 0),
        ("ahead", 1),
        ("says", "hetao", "派 1 王强", 0, 0),
        ("says", "wangqiang", "接单 1", 0, 0),
        ("says", "chenzhi", "叫人来", 0, 0),
    ],
    "a merge is undone whose holder is reached nowhere any more": [
        ("says", "limei", "三楼302电脑蓝屏了", 0, 0),
        ("says", "chenzhi", "5楼501上不了网", 0, 0),
        ("says", "zhoumin", "派 1 王强", 0, 0),
        ("says", "wangqiang", "接单 1", 0, 0),
        ("says", "zhoumin", "合并 1 2", 0, 0),
        ("gone", "wangqiang"),
        ("says", "zhoumin", "派 2 王强", 0, 0),
        ("says", "zhoumin", "撤销合并 1", 0, 0),
    ],
    "nobody took it in time, which is told once though it is offered again": [
        ("says", "limei", "5楼501上不了网", 0, 0),
        ("jump", 1500),
        ("says", "limei", "投影没声音", 0, 0),
        ("jump", 20),
    ],
}
"""Days that were found at random, each cut down to what went wrong."""
