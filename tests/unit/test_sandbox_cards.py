"""The emulated WeCom's template cards: what it refuses, and how response codes are spent."""

import pytest

from bot.sandbox.wecom.corp import Replaced
from tests.unit.wecom_api import APP, NARROW, Json, Platform, card, notice, update

# cards


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"task_id": "工单1"}, 42014),
        ({"task_id": "t 1"}, 42014),
        ({"task_id": "t" * 129}, 42014),
        ({"task_id": 1}, 42014),
        ({"card_type": "poster"}, 42031),
        ({"main_title": {}}, 42033),
        ({"main_title": "工单"}, 40058),
        ({"button_list": []}, 42038),
        ({"button_list": [{"text": str(n), "key": str(n)} for n in range(7)]}, 42038),
        ({"button_list": [{"text": "", "key": "a"}]}, 42038),
        ({"button_list": [{"text": "接单", "key": ""}]}, 42039),
        ({"button_list": [{"text": "接单", "key": "k" * 1025}]}, 42039),
        ({"button_list": [{"text": "甲", "key": "a"}, {"text": "乙", "key": "a"}]}, 42051),
        ({"button_list": [{"text": "打开", "type": 1}]}, 42028),
        ({"button_list": ["接单"]}, 40058),
        ({"horizontal_content_list": [{"keyname": str(n)} for n in range(7)]}, 42035),
        ({"horizontal_content_list": [{"value": "张三"}]}, 42027),
        ({"horizontal_content_list": [{"keyname": "网址", "type": 1}]}, 42028),
        ({"horizontal_content_list": [{"keyname": "报修人", "type": 3}]}, 42050),
        ({"jump_list": [{"title": str(n)} for n in range(4)]}, 42042),
        ({"jump_list": [{}]}, 42033),
        ({"button_selection": {"question_key": "", "option_list": [{"id": "1", "text": "一"}]}}, 42043),
        ({"button_selection": {"question_key": "q", "option_list": [{"id": "1", "text": "一"}] * 11}}, 42037),
        ({"button_selection": {"question_key": "q", "option_list": [{"id": "", "text": "一"}]}}, 42040),
        ({"button_selection": {"question_key": "q", "option_list": [{"id": "1", "text": ""}]}}, 42041),
        ({"action_menu": {"action_list": [{"text": str(n), "key": str(n)} for n in range(4)]}}, 42042),
        ({"action_menu": {"action_list": [{"text": "关", "key": "accept"}]}}, 42051),
        ({"card_type": "vote_interaction", "checkbox": {"question_key": "q"}}, 42037),
        ({"card_type": "multiple_interaction", "select_list": []}, 42047),
        ({"card_type": "text_notice"}, 42045),
        ({"card_type": "text_notice", "card_action": {"type": 1}}, 42028),
        ({"card_type": "text_notice", "card_action": {"type": 2}}, 42030),
        ({"card_type": "news_notice", "card_action": {"type": 1, "url": "https://a"}}, 42044),
    ],
)
async def test_a_card_is_refused(wecom: Platform, more: Json, code: int) -> None:
    assert (await wecom.call("message/send", card(**more)))["errcode"] == code
    assert wecom.shown == []
    assert (await wecom.call("message/send", card()))["errcode"] == 0, "a refused card takes no task_id"


_OPTIONS = [{"id": "a", "text": "甲"}, {"id": "b", "text": "乙"}]
_SUBMIT = {"text": "提交", "key": "submit"}


@pytest.mark.parametrize(
    ("body", "has_code"),
    [
        (card(), True),
        (card(card_type="vote_interaction", checkbox={"question_key": "q", "option_list": _OPTIONS}, submit_button=_SUBMIT), True),
        (card(card_type="multiple_interaction", select_list=[{"question_key": "q", "option_list": _OPTIONS}], submit_button=_SUBMIT), True),
        (card(None, **notice()), False),
        (card(**notice(action_menu={"desc": "更多", "action_list": [{"text": "关", "key": "off"}]})), True),
        (card(None, **notice(card_type="news_notice", card_image={"url": "https://a/b.png"})), False),
    ],
)  # fmt: skip
async def test_the_five_types_and_which_of_them_bring_a_response_code(
    wecom: Platform, body: Json, has_code: bool
) -> None:
    answer = await wecom.call("message/send", body)
    assert answer["errcode"] == 0, answer
    assert ("response_code" in answer) is has_code
    [shown] = wecom.shown
    assert (shown.where, shown.to, shown.kind, shown.body) == ("member", "li", "template_card", body["template_card"])


async def test_a_card_with_a_callback_needs_a_callback_url(wecom: Platform) -> None:
    assert (await wecom.call("message/send", card() | {"agentid": NARROW}, secret="other"))["errcode"] == 42031
    plain = card(None, **notice()) | {"agentid": NARROW}
    assert (await wecom.call("message/send", plain, secret="other"))["errcode"] == 0


async def test_a_task_id_is_used_once_per_app(wecom: Platform) -> None:
    await wecom.call("message/send", card())
    assert (await wecom.call("message/send", card(to="wang")))["errcode"] == 42014
    assert (await wecom.call("message/send", card("T1")))["errcode"] == 0


# updates


async def test_the_sends_code_changes_the_named_members_copies_once(wecom: Platform) -> None:
    code = (await wecom.call("message/send", card(to="li|wang")))["response_code"]
    answer = await wecom.call("message/update_template_card", update(code, "LI", "zhao", "Ghost"))
    assert (answer["errcode"], answer["invaliduser"]) == (0, ["zhao", "ghost"])
    assert wecom.replaced == [Replaced("t1", APP, "li", "已接单", None)]
    assert (await wecom.call("message/update_template_card", update(code, "wang")))["errcode"] == 40058
    assert len(wecom.replaced) == 1


async def test_each_press_brings_a_fresh_code(wecom: Platform) -> None:
    await wecom.call("message/send", card(to="li|wang"))
    codes = [wecom.corp.press(APP, "li", "t1") for _ in range(2)]
    assert codes[0] != codes[1]
    for code in codes:
        assert (await wecom.call("message/update_template_card", update(code, "wang")))["errcode"] == 0
    assert [r.userid for r in wecom.replaced] == ["wang", "wang"]


async def test_everybodys_copy_at_once(wecom: Platform) -> None:
    await wecom.call("message/send", card(to="li|wang"))
    for more in ({"atall": 1}, {"partyids": [1]}):
        body = {**update(wecom.corp.press(APP, "li", "t1")), **more}
        assert (await wecom.call("message/update_template_card", body))["errcode"] == 0
    assert [r.userid for r in wecom.replaced] == ["li", "wang"] * 2


@pytest.mark.parametrize(("hours", "code"), [(72, 0), (72.01, 40058)])
async def test_a_response_code_lives_72_hours(wecom: Platform, hours: float, code: int) -> None:
    response_code = (await wecom.call("message/send", card()))["response_code"]
    wecom.later(hours=hours)
    wecom.tokens.clear()
    assert (await wecom.call("message/update_template_card", update(response_code, "li")))["errcode"] == code
    assert len(wecom.replaced) == (code == 0)


async def test_a_response_code_is_of_one_app(wecom: Platform) -> None:
    code = (await wecom.call("message/send", card()))["response_code"]
    foreign = update(code, "li") | {"agentid": NARROW}
    assert (await wecom.call("message/update_template_card", foreign, secret="other"))["errcode"] == 40058
    assert (await wecom.call("message/update_template_card", foreign))["errcode"] == 301002
    assert (await wecom.call("message/update_template_card", update(code, "li")))["errcode"] == 0


async def test_a_press_on_a_card_that_was_never_sent_changes_nothing(wecom: Platform) -> None:
    code = wecom.corp.press(APP, "li", "ghost")
    assert (await wecom.call("message/update_template_card", update(code, "li")))["errcode"] == 40058


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"button": {}}, 40058),
        ({"button": {"replace_name": ""}}, 40058),
        ({"button": {"replace_name": 3}}, 40058),
        ({"template_card": {}}, 42031),
        ({"template_card": "card"}, 40058),
        ({"template_card": notice(card_action=None)}, 42045),
        ({"userids": []}, 40035),
        ({"userids": "li"}, 40035),
        ({"userids": ["li"] * 1001}, 40035),
    ],
)
async def test_a_refused_update_spends_no_code(wecom: Platform, body: Json, code: int) -> None:
    response_code = (await wecom.call("message/send", card()))["response_code"]
    good = update(response_code, "li")
    bad = {k: v for k, v in good.items() if k != "button" or "userids" in body} | body
    assert (await wecom.call("message/update_template_card", bad))["errcode"] == code
    assert wecom.replaced == []
    assert (await wecom.call("message/update_template_card", good))["errcode"] == 0


async def test_a_whole_card_may_take_the_place_under_a_new_task_id_and_be_pressed_again(wecom: Platform) -> None:
    code = (await wecom.call("message/send", card(to="li|wang")))["response_code"]
    second = card("t2")["template_card"]
    answer = await wecom.call("message/update_template_card", update(code, "li", template_card=second))
    assert answer["errcode"] == 0
    assert wecom.replaced == [Replaced("t1", APP, "li", None, second)]
    code = wecom.corp.press(APP, "li", "t2")
    final = notice(replace_text="已接单")
    assert (await wecom.call("message/update_template_card", update(code, "li", "wang", template_card=final)))[
        "errcode"
    ] == 0
    assert wecom.replaced[1:] == [Replaced("t2", APP, "li", None, final), Replaced("t1", APP, "wang", None, final)]


async def test_an_update_cannot_take_another_cards_task_id(wecom: Platform) -> None:
    code = (await wecom.call("message/send", card("t1")))["response_code"]
    await wecom.call("message/send", card("t2"))
    refused = await wecom.call(
        "message/update_template_card", update(code, "li", template_card=card("t2")["template_card"])
    )
    assert refused["errcode"] == 42014
    same = update(code, "li", template_card=card("t1")["template_card"])
    assert (await wecom.call("message/update_template_card", same))["errcode"] == 0
