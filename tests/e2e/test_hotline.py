"""The hotline's figures, entered, corrected and looked up by the desk."""

from bot.stage import Stage
from tests.e2e.test_ticket_life import says


async def test_figures_are_entered_corrected_and_shown(world: Stage) -> None:
    """The stage's day is the 23rd of November 2026."""
    for typed, answer in (
        ("热线", "还没有热线数据"),
        ("热线 11-22 呼入120 接通112", "2026-11-22 呼入120 接通112，接通率93.3%"),
        ("热线 11-22 呼入121，接通113", "更正，原为呼入120 接通112"),
        ("热线呼入5 接通5", "2026-11-23 呼入5 接通5，接通率100.0%"),
        ("热线 昨天", "2026-11-22 呼入121 接通113"),
        ("昨天热线呼入121个接通113个", "2026-11-22 呼入121 接通113"),
        ("今天来电6个接到5个", "2026-11-23 呼入6 接通5"),
        ("昨天一共打来121个电话，接起113个", "2026-11-22 呼入121 接通113"),
        ("今天接了120个电话", "没看明白，没有记"),
        ("今天热线一共5个，接通5", "2026-11-23 呼入5 接通5"),
        ("热线 11-20", "2026-11-20还没有热线数据"),
        ("热线 11-22 呼入10 接通12", "接通12多于呼入10"),
        ("热线 2026-12-01 呼入10 接通9", "还没到"),
        ("热线 13-40 呼入10 接通9", "“13-40”不是日期"),
        ("热线 11-22 呼入很多", "没看明白"),
    ):
        assert answer in await says(world, "zhoumin", typed), typed
    assert (await says(world, "zhoumin", "热线")).splitlines() == [
        "热线：",
        "2026-11-23 呼入5 接通5，接通率100.0%",
        "2026-11-22 呼入121 接通113，接通率93.4%",
    ]
    assert "接通率" not in await says(world, "limei", "热线")


async def test_the_same_figures_again_correct_nothing(world: Stage) -> None:
    await says(world, "zhoumin", "热线 11-22 呼入120 接通112")
    assert "更正" not in await says(world, "zhoumin", "热线 11-22 呼入120 接通112")
