"""The emulated WeCom's media, directory and menu."""

import pytest

from tests.unit.wecom_api import APP, NARROW, PNG, Json, Platform, form

# media, directory, menu


async def test_what_was_uploaded_can_be_fetched_for_three_days(wecom: Platform) -> None:
    answer = await wecom.upload(PNG, filename="photo.png")
    assert (answer["type"], answer["created_at"]) == ("image", str(int(wecom.clock.now().timestamp())))
    query = {"access_token": await wecom.token(), "media_id": answer["media_id"]}
    async with wecom.session.get(f"{wecom.base}/cgi-bin/media/get", params=query) as response:
        assert await response.read() == PNG
        assert response.content_type == "image/png"
        assert response.content_disposition is not None
        assert response.content_disposition.filename == "photo.png"
    wecom.later(days=3, seconds=1)
    wecom.tokens.clear()
    assert (await wecom.read("media/get", media_id=answer["media_id"]))["errcode"] == 40007


async def test_a_persons_photo_keeps_its_chinese_name(wecom: Platform) -> None:
    media_id = wecom.corp.put_media(PNG, "报修 照片.png", "image/png")
    query = {"access_token": await wecom.token(), "media_id": media_id}
    async with wecom.session.get(f"{wecom.base}/cgi-bin/media/get", params=query) as response:
        assert response.content_disposition is not None
        assert response.content_disposition.filename == "报修 照片.png"


@pytest.mark.parametrize(
    ("data", "kind", "code"),
    [
        (PNG, "picture", 40005),
        (b"", "image", 44001),
        (b"\x89PNG", "image", 40006),
        (b"GIF89a" + bytes(20), "image", 40004),
        (b"RIFF" + bytes(20), "voice", 40004),
        (b"#!AMR\n" + bytes(2 << 20), "voice", 45001),
        (b"#!AMR\n" + bytes(20), "voice", 0),
        (b"\xff\xd8\xff" + bytes(20), "image", 0),
        (b"anything", "file", 0),
    ],
)
async def test_upload_checks_type_and_size(wecom: Platform, data: bytes, kind: str, code: int) -> None:
    assert (await wecom.upload(data, kind))["errcode"] == code


async def test_an_upload_without_the_field_is_empty(wecom: Platform) -> None:
    token = await wecom.token()
    assert (await wecom.post("media/upload", form(PNG, field="file"), access_token=token, type="image"))[
        "errcode"
    ] == 44001
    assert (await wecom.post("media/upload", PNG, access_token=token, type="image"))["errcode"] == 44001


async def test_members_are_read_within_the_visible_range(wecom: Platform) -> None:
    about = await wecom.read("user/get", userid="ZHAO")
    assert (about["userid"], about["name"], about["status"], "mobile" in about) == ("Zhao", "Zhao", 1, False)
    assert (await wecom.read("user/get", userid="ghost"))["errcode"] == 60111
    assert (await wecom.read("user/get"))["errcode"] == 40063
    assert (await wecom.read("user/get", secret="other", userid="wang"))["errcode"] == 60011
    everybody = await wecom.read("user/simplelist", department_id="1")
    assert [m["userid"] for m in everybody["userlist"]] == ["li", "wang", "Zhao"]
    few = await wecom.read("user/simplelist", secret="other", department_id="1")
    assert [m["userid"] for m in few["userlist"]] == ["li"]
    assert (await wecom.read("user/simplelist", department_id="2"))["errcode"] == 60003


async def test_departments_and_addresses(wecom: Platform) -> None:
    assert [d["id"] for d in (await wecom.read("department/list"))["department"]] == [1]
    assert [d["id"] for d in (await wecom.read("department/simplelist", id="1"))["department_id"]] == [1]
    assert (await wecom.read("department/list", id="7"))["errcode"] == 60123
    for path in ("getcallbackip", "get_api_domain_ip"):
        assert (await wecom.read(path))["ip_list"] == ["127.0.0.1"]


async def test_a_menu_is_made_read_and_deleted(wecom: Platform) -> None:
    menu = {"button": [{"type": "click", "name": "我要报障", "key": "report"}]}
    assert (await wecom.call("menu/create", menu, agentid=str(APP)))["errcode"] == 0
    assert (await wecom.read("menu/get", agentid=str(APP)))["button"] == menu["button"]
    assert (await wecom.read("menu/delete", agentid=str(APP)))["errcode"] == 0
    assert (await wecom.read("menu/get", agentid=str(APP)))["button"] == []


@pytest.mark.parametrize(
    ("body", "agentid", "code"),
    [
        ({"button": []}, APP, 40016),
        ({"button": [{"name": "一"}] * 4}, APP, 40016),
        ({"button": [{"name": "一", "sub_button": [{"name": "二"}] * 6}]}, APP, 40016),
        ({"button": [{"name": "我要报障碍了"}]}, APP, 40018),
        ({"button": [{}]}, APP, 40058),
        ({"button": ["一"]}, APP, 40058),
        ({}, APP, 40058),
        ({"button": [{"name": "一"}]}, 7, 40056),
        ({"button": [{"name": "一"}]}, NARROW, 301002),
    ],
)
async def test_a_menu_is_refused(wecom: Platform, body: Json, agentid: int, code: int) -> None:
    assert (await wecom.call("menu/create", body, agentid=str(agentid)))["errcode"] == code
