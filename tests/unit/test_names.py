"""Names as people write them who do not have them at hand."""

import pytest

from knowledge.names import meant

NAMES = ("王强", "赵磊", "赵志明", "陈晓东", "欧阳锋")


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("王蔷", ["王强"]),
        ("王工", ["王强"]),
        ("王师傅", ["王强"]),
        ("赵工", ["赵磊", "赵志明"]),
        ("老陈", ["陈晓东"]),
        ("小王师傅", ["王强"]),
        ("欧阳工", ["欧阳锋"]),
        ("志明", ["赵志明"]),
        ("陈小东", ["陈晓东"]),
        ("陈晓冬", ["陈晓东"]),
        ("陈晓明", ["陈晓东"]),
        ("王刚", []),
        ("李工", []),
        ("硒鼓", []),
        ("打印机", []),
        ("", []),
    ],
)
def test_who_may_be_meant(said: str, found: list[str]) -> None:
    assert meant(said, NAMES) == found
