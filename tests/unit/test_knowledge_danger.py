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
        "充电线破皮露铜", "机房空调漏水漏到配电柜上面", "电梯停了，我在里面", "不是演习，真的烧起来了", "好像着火了", "有人要跳楼", "网卡冒烟", "水要没顶了救命", "快开门救命", "里面有人等着救命", "孩子在机房里按了出门按钮没反应，出不了", "车头都冒烟了", "木头都冒烟了", "电梯会困住人，快来", "刚才爆炸图书馆那边", "屏幕后面像烧焦的塑料味", "快要开门救命啊", "摄像头冒烟", "插头都冒烟了", "风扇那里像烧焦了",
        "办公室有煤气味，头有点晕", "119办公室有人晕倒了", "叫了120 人还没醒", "快打119",
        "着火大家快来", "插座上火花四溅", "机房紧急着火了", "看到有人晕倒在机房", "他晕倒了，机房里", "插头都炸了", "麻烦方便的话尽快来，打印机冒烟了", "主机冒烟了，要是着火怎么办",
        "上周修好的打印机冒烟了，谢谢快来", "上次电脑换了硬盘，现在冒烟了", "上次电脑换了硬盘，冒烟了", "同事触电了怎么急救", "冒烟了怎么应对", "有味道像烧塑料一样", "碎纸机卡得冒烟了",
        "听到像爆炸的声音，配电房那边", "插座红得像着火一样", "水漫到插座了，还没碰到电脑", "哈哈不是开玩笑，主机真冒烟了", "我要晕倒了，机房里气体喷了", "USB接口炸了还带火花",
        "一旦送电就冒烟，配电柜", "电池鼓包了一般怎么处理，就在我桌上", "机房闷得人晕倒了", "拍了着火的图片发给你，弱电间", "人困在门禁系统里出不来",
    ],
)  # fmt: skip
def test_danger_is_an_emergency(classifier: Classifier, said: str) -> None:
    understood = classifier.understand(said)
    assert understood.safety and understood.decision == "emergency", (understood.decision, understood.fault)


@pytest.mark.parametrize(
    "said",
    [
        "没有人在里面", "里面没人被困，就是门打不开", "人没受伤，摔的是显示器", "有人在吗", "有人冇", "有人在线吗", "红色那个", "绿化带那边在动土", "今天接了120个电话", "报了119项", "人事处要120个口罩", "110伏的插头", "110室门锁坏了", "120房停电了",
        "没有烟也没有味道，就是开不了机", "他在抽烟，烟感没事", "水晶头坏了要重做", "屏幕上有水印去不掉", "泡面汤没洒到键盘，空格键失灵",
        "账号被锁住进不了系统", "审批卡在流程里走不下去", "纸卡在里面出不来", "打印机的墨水快没了", "防火墙规则要改", "流量涨得很高",
        "火车票打印不出来", "门禁刷不开，我在门外", "笔记本电池不经用，外壳没有鼓起来", "手机投不上去，捣鼓了半个钟头",
        "那台冒过烟的旧主机上周就拉走了，新的网口灯不亮", "门是6楼电梯厅那个", "没流到机柜那边，离得远",
        "WPS又炸了，一点保存就闪退", "网络瘫痪了，大家急得着火", "又蓝屏，我要爆炸了", "显示器颜色发红像着火一样", "纸困在打印机里出不来",
        "放触电急救培训片投屏连不上", "应急管理局火灾统计页面打不开", "上个月鼓包的电池你们已经换了，多谢", "请问怎么避免笔记本电池鼓包",
        "空调滴水滴到走廊地上，没碰到设备", "困在登录界面出不来，密码错误", "没有人被关在里面", "中午停电麻烦你们派人看看服务器",
        "密密麻麻的表格一拉电脑就死机", "领导在发火，会议卡得全是马赛克", "担心电池鼓包，请把UPS都检查一下",
        "网线松了，大厅坐满人在等", "主机躺在地上，开不了机", "请联系机电人员", "气得差点砸电脑", "插头是铜的那种还有吗", "他在发火，网又断了", "慢得我头顶冒烟", "我头都要炸了",
        "等得我都要晕倒了", "周六就有赛事发布会，救命", "打印服务、门禁服务都在里面", "下午就要开会救命啊", "忙到飞起 头都冒烟了", "食堂的辣子鸡辣到喷火", "年终奖到手 爆炸开心", "屏幕颜色发黄像烧焦的纸", "喊到喉咙冒烟", "困得眼皮打架", "被会议困住了 晚点回你", "显示器颜色发红像着火一样", "风扇吵得像要爆炸", "要是笔记本进水了应该怎么处理", "电脑冒烟的话该打哪个电话", "上次主机冒烟已经换新了，现在新机登录密码不对",
    ],
)  # fmt: skip
def test_what_only_sounds_like_it_is_none(classifier: Classifier, said: str) -> None:
    assert not classifier.understand(said).safety


DANGERS = (
    "主机冒烟了",
    "手提电池鼓包了",
    "插座烧黑了",
    "有人困在机房里出不来",
    "咖啡倒进笔记本了",
    "摸到机箱被电了一下",
)


@pytest.mark.parametrize("danger", DANGERS)
@pytest.mark.parametrize(
    "said",
    [
        "麻烦方便的话尽快来，{}", "{}，谢谢师傅", "{}，急死人了快来", "{}，怕出事", "上次刚修好，{}", "{}，领导在发火", "{}，会不会爆炸",
        "不是演习，{}", "{}，大家都跑出来了", "电脑也死机了，{}", "{}，就是上次换了硬盘的那台", "早上就报过没人来，{}", "{}，怎么办",
        "像以前一样，{}", "{}，网也断了", "哈哈不是开玩笑，{}",
    ],
)  # fmt: skip
def test_what_is_said_beside_a_danger_does_not_silence_it(classifier: Classifier, danger: str, said: str) -> None:
    assert classifier.understand(said.format(danger)).decision == "emergency"


@pytest.mark.parametrize("said", ["1206 赵", "分机1193", "我在1101", "五楼，电梯出来左转", "1205房，电脑慢"])
def test_rooms_and_ways_are_no_call_for_help(classifier: Classifier, said: str) -> None:
    assert classifier.understand(said).decision != "emergency"


@pytest.mark.parametrize("said", ["快打120", "要不要叫119", "已经打110了，有人拿刀"])
def test_calls_for_help_are(classifier: Classifier, said: str) -> None:
    assert classifier.understand(said).decision == "emergency"
