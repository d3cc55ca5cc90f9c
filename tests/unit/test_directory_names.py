"""What a directory's names mean: which agency, and what is no name."""

import pytest

from bot.channels.dingtalk.contents import event
from bot.core.directory import agency, clean
from bot.core.updates import Notice
from tests.unit.test_dingtalk_codec import NOW, settings

AGENCIES = ("市民政局", "市司法局", "天河区民政局")


@pytest.mark.parametrize(
    ("departments", "found"),
    [
        (("办公室", "广州市民政局", "广州市"), "市民政局"),
        (("民政局",), "市民政局"),
        (("天河区民政局", "市民政局"), "天河区民政局"),
        (("信息中心", "市司法局"), "市司法局"),
        (("办公室", "ww7f1c"), ""),
        (("民政局办公室",), ""),
        ((), ""),
        (("", "市"), ""),
    ],
)
def test_the_nearest_department_that_is_an_agency(departments: tuple[str, ...], found: str) -> None:
    assert agency(departments, AGENCIES) == found


def test_a_name_is_one_short_line() -> None:
    assert clean(" 李\n 雷 ") == "李 雷"
    assert clean(None) == clean(7) == ""
    assert len(clean("长" * 99)) == 20


def test_dingtalk_tells_whose_entry_was_changed() -> None:
    found = event("user_modify_org", "e1", {"userId": ["wang", "li"]}, settings(), NOW)
    assert [u.content for u in found] == [
        Notice(name="user_modify_org", detail={"ChangeType": "update_user", "UserID": who}) for who in ("wang", "li")
    ]
    assert len({u.key for u in found}) == 2
