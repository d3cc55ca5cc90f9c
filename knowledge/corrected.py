"""That a message corrects what was told before: 不是打印机是扫描仪, 打错了, 看错了, 应该是302. Grammar, not a list of faults."""

import re

_NOT = r"(?:(?<!是)不是(?!同一|一[台个部回]|[新旧]的|第一|很|太|特别|经常|每次|所有|全部|天天|一直)|唔系)"
CORRECTION = re.compile(
    rf"{_NOT}|"
    r"(?:搞|说|写|打|讲|弄|发|看|选|点|记|填|报|听|认|描述)(?:错|反|岔|误)了?|更正|[改更]一下|改改|改下|理解错|误会|有误|口误|乱讲|弄混|搞乱|看走眼|看花眼|对不住|表达|应该是|准确[讲说]|不准确|没看清|没[讲说]清|[讲说]得?不清楚?|看清楚|睇真|搞混|我以为|跟[^，。]{1,6}(?:没|冇)关系|^[啊哦呃诶唉又\s]*不对(?!劲)|(?:其实|原来)[^，。]{0,6}是|^是(?:提示|显示|报)"
    r"|(?:不好意思|抱歉|对不起)[，,。\s]*(?:应该)?是"
)
_WELL = "[^，。]{0,3}(?:没事|没坏|没问题|没毛病|冇事|冇坏|(?:都|应该|倒)?是?好的|正常)(?!吗|了?[？?])"


_DENIED = re.compile(rf"{_NOT}[^，。；！,;!\s是系]{{1,10}}(?:[，。；！,;!\s]+|(?=[是系]))(?:而?[是系])?")


_TURNED = re.compile(
    r"(?P<is>[^，。；\s的]{1,5})的(?:其实|应该)?是(?:旁边|隔壁|另外?一?)?(?:[那这]?[台个部]|的)?(?P<what>[^，。；\s是的]{2,8})(?=[，。；\s]|$)"
)
"""卡住的是旁边碎纸机 says that the shredder is stuck."""


RIGHTED = re.compile(
    rf"(?:打|说|讲|写|搞|弄|看|报)错了?(?![字人])|{_NOT}[^，。；！,;!是系]{{1,10}}[，,\s]*而?[是系]|^更正"
)
"""It says in so many words that it was told wrongly: 打错了, 不是夹纸 是有黑线."""


def put_right(text: str) -> str:
    """A message without what it denies and the words that correct (唔系夹纸 系印出嚟有条黑线 → 印出嚟有条黑线); as it is where nothing
    else is said."""
    rest = _TURNED.sub(r"\g<what>\g<is>", CORRECTION.sub("，", _DENIED.sub("，", text)))
    return rest if rest.strip("，, ") else text


def cleared(device: str, text: str) -> str | None:
    """A message that says that the device reported is well, without that (塞住的是旁边碎纸机，打印机没事): it corrects the
    report. None: it does not say so, or no device was reported."""
    rest = re.sub(re.escape(device) + _WELL, "，", text) if device else text
    return rest if rest != text else None
