"""What a seat types of a telephone call, read: who, from where, by what number, and what he wants."""

import pytest

from bot.core.calls import Call, heard, of_line


@pytest.mark.parametrize(
    ("line", "call"),
    [
        ("13800138000 民政局李梅 三楼302卡纸", Call("13800138000", "民政局", "李梅", "", "三楼302卡纸")),
        ("民政局 李梅 分机2222 302卡纸", Call("", "民政局", "李梅", "2222", "302卡纸")),
        ("李梅 来电2222 打印机卡纸", Call("", "", "李梅", "2222", "打印机卡纸")),
        ("李梅，302打印机卡纸", Call("", "", "李梅", "", "302打印机卡纸")),
        ("李梅 13800138000 302卡纸", Call("13800138000", "", "李梅", "", "302卡纸")),
        ("市民政局办公室张处长 302卡纸", Call("", "市民政局办公室", "张处长", "", "302卡纸")),
        ("司法局 打印机卡纸", Call("", "司法局", "", "", "打印机卡纸")),
        ("13800138000 白屏 开不了机", Call("13800138000", said="白屏 开不了机")),
        ("13800138000 会议室 投影黑屏", Call("13800138000", said="会议室 投影黑屏")),
        ("13800138000 电话 没声音", Call("13800138000", said="电话 没声音")),
        ("王麻子 打印机卡纸", Call(name="王麻子", said="打印机卡纸")),
        ("李梅打电话来说302卡纸", Call(name="李梅", said="302卡纸")),
        ("13800138000", Call("13800138000")),
        ("1380013 打印机卡纸", Call(said="1380013 打印机卡纸")),
    ],
)
def test_what_follows_the_command(line: str, call: Call) -> None:
    assert of_line(line) == call


@pytest.mark.parametrize(
    ("said", "call"),
    [
        ("李梅打电话来说302打印机卡纸了", Call(name="李梅", said="302打印机卡纸了")),
        ("刚接到民政局李梅的电话，说302卡纸", Call(unit="民政局", name="李梅", said="302卡纸")),
        ("刚才市民政局办公室李梅打电话过来，302卡纸", Call(unit="市民政局办公室", name="李梅", said="302卡纸")),
        ("刚接到民政局李梅电话，分机2222，302卡纸", Call(unit="民政局", name="李梅", extension="2222", said="302卡纸")),
        ("接到13800138000来电，302没网", Call("13800138000", said="302没网")),
        ("李姐打了个电话来说网断了", Call(name="李姐", said="网断了")),
        ("有人打电话来说5楼断网了", Call(said="5楼断网了")),
        ("接到电话，民政局五楼断网", Call(said="民政局五楼断网")),
        ("李梅电话报修302打印机卡纸", Call(name="李梅", said="302打印机卡纸")),
    ],
)
def test_a_call_told_in_a_sentence(said: str, call: Call) -> None:
    assert heard(said) == call


@pytest.mark.parametrize(
    "said",
    [
        "李梅电话打不通", "接了新电话没声音", "302电话，没声音", "会议室电话，没声音", "我打电话问了，说好了", "电话没声音",
        "接到通知电话会议系统坏了", "打电话给李梅了", "座机来电显示坏了", "302来电了", "三楼302打印机卡纸", "",
    ],
)  # fmt: skip
def test_what_is_no_call(said: str) -> None:
    assert heard(said) is None


@pytest.mark.parametrize(
    ("text", "unit", "name", "said"),
    [
        ("帮市民政局李梅报一下，三楼308投影仪不亮", "市民政局", "李梅", "三楼308投影仪不亮"),
        ("替李梅报修：三楼308投影仪不亮", "", "李梅", "三楼308投影仪不亮"),
        ("代李梅登记 投影仪不亮", "", "李梅", "投影仪不亮"),
    ],
)
def test_on_behalf_of_somebody(text: str, unit: str, name: str, said: str) -> None:
    found = heard(text)
    assert found is not None
    assert (found.unit, found.name, found.said) == (unit, name, said)


@pytest.mark.parametrize("text", ["帮我报修，投影仪不亮", "帮忙报一下，投影仪不亮", "帮我看一下，投影仪不亮"])
def test_of_ourselves_nothing_is_entered(text: str) -> None:
    assert heard(text) is None
