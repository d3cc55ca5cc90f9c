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
        "那个排插有点烫手", "投影吊架松了，斜挂在人头上面", "走廊电视挂架快掉了，下面坐着人", "开机摸到机壳就麻", "话机电人",
        "充电线破皮露铜", "机房空调漏水漏到配电柜上面", "电梯停了，我在里面", "不是演习，真的烧起来了", "好像着火了", "有人要跳楼", "网卡冒烟",
        "办公室有煤气味，头有点晕",
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
        "WPS又炸了，一点保存就闪退", "网络瘫痪了，大家急得着火", "又蓝屏，我要爆炸了", "显示器颜色发红像着火一样", "纸困在打印机里出不来",
        "放触电急救培训片投屏连不上", "应急管理局火灾统计页面打不开", "上个月鼓包的电池你们已经换了，多谢", "请问怎么避免笔记本电池鼓包",
        "空调滴水滴到走廊地上，没碰到设备", "困在登录界面出不来，密码错误", "没有人被关在里面", "中午停电麻烦你们派人看看服务器",
        "密密麻麻的表格一拉电脑就死机", "领导在发火，会议卡得全是马赛克", "担心电池鼓包，请把UPS都检查一下",
    ],
)  # fmt: skip
def test_what_only_sounds_like_it_is_none(classifier: Classifier, said: str) -> None:
    assert not classifier.understand(said).safety
