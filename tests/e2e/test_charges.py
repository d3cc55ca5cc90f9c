"""要收费吗: answered honestly, and no report of ransomware."""

import pytest

from bot.stage import Stage
from handlers.charges import ASKS
from tests.e2e.phones import read
from tests.e2e.test_ticket_life import count_tickets


async def test_what_it_costs_is_answered_and_opens_nothing(world: Stage) -> None:
    for line in ("要收费吗", "要钱吗", "保修吗", "修这个要多少钱"):
        told = await read(world, "limei", line)
        assert "不向您个人收费" in told and "合同" in told, line
    assert await count_tickets(world) == 0
    await read(world, "limei", "三楼302打印机卡纸了")
    assert "不向您个人收费" in await read(world, "limei", "换个硒鼓多少钱")
    assert await count_tickets(world) == 1


@pytest.mark.parametrize(
    ("line", "is_it"),
    [
        ("上门要收费吗？", True), ("换硒鼓要不要钱", True), ("免费的吗", True), ("还在保修期吗", True), ("过保了怎么办", True),
        ("电脑弹窗说要钱", False), ("文件被锁了要付钱吗", False), ("收费系统打不开", False), ("收费窗口打印机坏了吗", False), ("财务付费软件登不上", False),
        ("保修期查询系统打不开", False), ("要钱", False),
    ],
)  # fmt: skip
def test_what_is_such_a_question(line: str, is_it: bool) -> None:
    assert bool(ASKS.match(line)) is is_it
