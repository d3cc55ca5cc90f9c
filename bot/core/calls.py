"""What a seat types of a telephone call: who called, from where, by what number, and what he said. Pure.

代报 comes in words set apart (`13800138000 民政局李梅 三楼打印机卡纸`), a remark as a sentence (`刚接到民政局李梅电话，…`).
"""

import re
from dataclasses import dataclass, replace

NUMBER = re.compile(r"^(?:\+?86[- ]?)?(1[3-9]\d(?:[- ]?\d{4}){2}|0\d{2,3}[- ]?\d{7,8}|[2-9]\d{7})(?!\d)")
"""A mobile number, a line with its area code, or a local line of eight digits."""
EXTENSION = re.compile(r"^(?:来电|分机|内线|座机|短号|办公电话|电话)(?:号码?)?[:：]?\s?(\d{3,6})(?!\d)")
VERB = r"(?:他|她|对方|那边)?(?:说|反映|反馈|称|报修|报障|讲|告知|告诉我)"
APART = " \t\n，,。：:、；;"

SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖萧田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜"
    "崔谭陆范汪廖石金韦贾夏付傅方邹熊白孟秦邱侯江尹薛闫阎雷龙史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常汤康易乔赖文庞樊兰"
    "殷施洪翟安颜倪章鲁葛伍申尤毕聂焦齐梅庄辛管祝左涂谷祁时舒耿牟卜路詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍位覃"
    "霍翁隋植甘景薄单包司柏宁柯阮桂闵解强柴华车冉房边辜吉饶刁瞿戚丘古米池滕晋苑邬臧畅宫来嵺苟全褚娄窦岳麦黎"
)
TITLES = (
    "姐|哥|工|叔|姨|总|主任|科长|处长|局长|副局长|院长|校长|所长|站长|队长|部长|经理|主管|秘书|老师|师傅|先生|女士|小姐|阿姨|"
    "同志|医生|护士|警官|科|处|局"
)
BODIES = "局|委|委员会|办|厅|院|处|中心|大队|支队|所|馆|站|学校|中学|小学|医院|集团|公司|协会|街道|镇|政府"
WITHIN = "办公室|值班室|科|室|部|窗口|大厅|前台|门岗|保卫"
"""Part of an agency when a name follows; alone it is a place."""
_NAME = (
    rf"(?:(?!.?[屏网线机灯键板纸])(?:欧阳|司徒|上官|诸葛|司马|[{SURNAMES}])"
    rf"(?:[\u4e00-\u9fff]{{1,2}}|{TITLES})|[小老阿][{SURNAMES}])"
)
TITLED = re.compile(rf"(?:欧阳|[{SURNAMES}])(?:{TITLES})|[小老阿][{SURNAMES}]")
PLAIN_NAME = re.compile(_NAME)
BODY = re.compile(rf"[\u4e00-\u9fff]{{1,18}}(?:{BODIES})")
OF_BODY = re.compile(rf"(?P<unit>[\u4e00-\u9fff]{{1,18}}(?:{BODIES}|{WITHIN}))的?(?P<name>{_NAME})")
SOMEBODY = re.compile(r"(?:有人|有个人|有用户|用户|客户|他|她|对方|那边|有位同志|有位老师|单位的人)")
OURSELVES = re.compile(r"(?:我|你|咱)们?")


@dataclass(frozen=True)
class Call:
    """Who called and what he said; empty what was not told."""

    phone: str = ""
    """Digits only."""
    unit: str = ""
    name: str = ""
    extension: str = ""
    said: str = ""

    @property
    def nobody(self) -> bool:
        """Nothing is known of the caller."""
        return not (self.phone or self.unit or self.name or self.extension)


def digits(phone: str) -> str:
    return re.sub(r"\D", "", phone)


def untitled(name: str) -> str:
    """A name as it stands in a list: 李梅姐 is 李梅; 李姐 stays, it is no name without it."""
    bare = re.sub(rf"(?:{TITLES})$", "", name)
    return bare if len(bare) > 1 else name


def nickname(name: str) -> str:
    """What a nickname has of the name: 李 of 李姐 and 小李, 梅 of 梅姐 and 阿梅; empty when it is none."""
    match = re.fullmatch(
        rf"(?:[小老阿](?P<after>[\u4e00-\u9fff])|(?P<before>[\u4e00-\u9fff]{{1,2}})(?:{TITLES}))", name
    )
    return (match["after"] or match["before"]) if match else ""


def without_verb(text: str) -> str:
    """What is said, without that somebody says it."""
    return re.sub(rf"^[{APART}]*{VERB}?[{APART}]*", "", text)


def split(text: str) -> tuple[str, str]:
    """The caller's number (digits only) or name, and what he says; an empty first part when there is neither."""
    if match := NUMBER.match(text):
        return digits(match.group(1)), text[match.end() :].strip(APART)
    first, rest = _first(text)
    return ("", text) if any(ch.isdigit() for ch in first) else (first, rest)


def person(word: str) -> tuple[str, str]:
    """(unit, name) as a word has them; both empty when it is neither."""
    word = re.sub(r"^(?:[一有]?个|一位)?叫|的$", "", word)
    if TITLED.fullmatch(word):
        return "", word
    if BODY.fullmatch(word):
        return word, ""
    if PLAIN_NAME.fullmatch(word):
        return "", word
    match = OF_BODY.fullmatch(word)
    return (match["unit"], match["name"]) if match else ("", "")


def of_line(body: str) -> Call:
    """What follows 代报. The first word is the caller, whatever it looks like; further ones are when they look like it."""
    if not NUMBER.match(body) and (told := heard(body)) is not None and not told.nobody:
        return told
    who, rest = split(body)
    if who.isdigit():
        call = Call(phone=who)
    else:
        unit, name = person(who)
        call = Call(unit=unit, name=name or ("" if unit else who))
    return _more(replace(call, said=rest))


def _more(call: Call) -> Call:
    """Takes the words that tell more of the caller off what he said, as long as something is left."""
    while call.said:
        if match := NUMBER.match(call.said):
            more = replace(call, phone=call.phone or digits(match.group(1)))
        elif match := EXTENSION.match(call.said):
            more = replace(call, extension=match.group(1))
        else:
            first, rest = _first(call.said)
            unit, name = person(first)
            if not rest or not (unit or name) or (unit and call.unit) or (name and call.name):
                return call
            call = replace(call, unit=call.unit or unit, name=call.name or name, said=rest)
            continue
        call = replace(more, said=call.said[match.end() :].strip(APART))
    return call


def _first(text: str) -> tuple[str, str]:
    match = re.match(rf"^([^{APART}]*)[{APART}]*(.*)$", text, re.S)
    return (match[1], match[2].strip()) if match else (text, "")


JUST = r"^(?:刚才|刚刚?|现在|方才)?[，, ]*"
TAKEN = re.compile(
    rf"{JUST}我?(?:接到|接了|接|收到)(?:了)?(?:一?个|一通)?(?P<who>[^，,。]{{0,20}}?)(?:打[过进]?来)?的?(?:来电|电话)(?P<rest>.*)$",
    re.S,
)
CALLED = re.compile(
    rf"{JUST}(?P<who>[^，,。]{{1,20}}?)(?:刚才|刚刚?|又|也)?"
    r"(?P<how>打(?:了)?(?:个|一个|通)?(?:电话|内线)(?:[过进]?来)?(?:了)?|来电话?(?:了)?|电话(?:里|来)?)(?P<rest>.*)$",
    re.S,
)

ON_BEHALF = re.compile(
    r"^(?:请?帮|替|代)(?:一?下)?(?P<who>[^，,。：:]{2,20}?)(?:来)?(?:报(?:一?下|一?个)?(?:修|障|单)?|登记|开(?:一?张|一?个)?单)"
    r"(?:一?下)?(?P<rest>[，,：:\s].*)$",
    re.S,
)


def heard(text: str) -> Call | None:
    """A call told in a sentence; None when it is no such sentence, or nothing is said of what the caller wants."""
    for form in (TAKEN, ON_BEHALF, CALLED):
        if (match := form.match(text)) is not None and (call := _told(match, form is CALLED)) is not None:
            return call
    return None


def _told(match: re.Match[str], by_name: bool) -> Call | None:
    who, rest = match["who"].strip(), match["rest"]
    if OURSELVES.fullmatch(who):
        return None
    call = _caller(who)
    anybody = not who or bool(SOMEBODY.fullmatch(who))
    more = _more(replace(call, said=rest.strip(APART)))
    said = without_verb(more.said)
    by_the_way = by_name and match["how"].startswith(("电话", "来电"))
    if not said or (call.nobody and not anybody):
        return None
    if (not rest or rest[0] not in APART) and said == rest.strip(APART) and (by_the_way or not call.name):
        return None  # 李梅电话打不通
    if by_the_way and match["how"].startswith("电话") and not (call.name or call.phone or call.extension):
        return None  # 会议室电话，没声音 is a telephone
    return replace(more, said=said)


def _caller(who: str) -> Call:
    if match := NUMBER.match(who):
        return Call(phone=digits(match.group(1)))
    if match := EXTENSION.match(who):
        return Call(extension=match.group(1))
    unit, name = person(who)
    return Call(unit=unit, name=name)
