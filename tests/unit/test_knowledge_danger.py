"""Danger in words nobody listed: recognised by how it is told, and not where it is only talked about."""

import pytest

from knowledge import Book, Classifier


@pytest.fixture(scope="module")
def classifier(book: Book) -> Classifier:
    return Classifier(book)


@pytest.mark.parametrize(
    "said",
    [
        "插排那里一阵烟飘出来", "主机后面冒了一股烟", "投影机闻到有点胶臭味", "配电箱里头烧起来了", "碰到机箱手发麻", "我被电了一下",
        "茶打翻在键盘上了", "雨水正往机柜里灌", "可乐洒了一桌，主机也湿了", "笔记本电池胀得很高", "手提的底盖都顶开了",
        "保洁阿姨被关在机房里出不来", "有人困在弱电间", "没想到主机冒烟了", "没有焦味但是冒火花",
    ],
)  # fmt: skip
def test_danger_is_an_emergency(classifier: Classifier, said: str) -> None:
    understood = classifier.understand(said)
    assert understood.safety and understood.decision == "emergency", (understood.decision, understood.fault)


@pytest.mark.parametrize(
    "said",
    [
        "没有烟也没有味道，就是开不了机", "他在抽烟，烟感没事", "水晶头坏了要重做", "屏幕上有水印去不掉", "泡面汤没洒到键盘，空格键失灵",
        "账号被锁住进不了系统", "审批卡在流程里走不下去", "纸卡在里面出不来", "打印机的墨水快没了", "防火墙规则要改", "流量涨得很高",
        "火车票打印不出来", "门禁刷不开，我在门外", "笔记本电池不经用，外壳没有鼓起来", "手机投不上去，捣鼓了半个钟头",
        "那台冒过烟的旧主机上周就拉走了，新的网口灯不亮", "门是6楼电梯厅那个", "没流到机柜那边，离得远",
    ],
)  # fmt: skip
def test_what_only_sounds_like_it_is_none(classifier: Classifier, said: str) -> None:
    assert not classifier.understand(said).safety
