"""That a message corrects what was told before: 不是打印机是扫描仪, 打错了, 看错了, 应该是302. Grammar, not a list of faults."""

import re

CORRECTION = re.compile(
    r"(?<!是)不是(?!同一|一[台个部回]|[新旧]的|第一|很|太|特别|经常|每次|所有|全部|天天|一直)|唔系|(?:搞|说|写|打|讲|弄|发|看|选|点|记|填|报|听|认|描述)(?:错|反|岔|误)|更正|[改更]一下|改改|改下|理解错|误会|有误|口误|乱讲|弄混|搞乱|看走眼|看花眼|对不住|表达|应该是|准确[讲说]|不准确|没看清|没[讲说]清|[讲说]得?不清楚?|看清楚|睇真|搞混|我以为|跟[^，。]{1,6}(?:没|冇)关系|^[啊哦呃诶唉又\s]*不对(?!劲)|(?:其实|原来)[^，。]{0,6}是|^是(?:提示|显示|报)"
    r"|(?:不好意思|抱歉|对不起)[，,。\s]*(?:应该)?是"
)
_WELL = "[^，。]{0,3}(?:没事|没坏|没问题|没毛病|冇事|冇坏|(?:都|应该|倒)?是?好的|正常)(?!吗|了?[？?])"


def cleared(device: str, text: str) -> str | None:
    """A message that says that the device reported is well, without that (塞住的是旁边碎纸机，打印机没事): it corrects the
    report. None: it does not say so, or no device was reported."""
    rest = re.sub(re.escape(device) + _WELL, "，", text) if device else text
    return rest if rest != text else None
