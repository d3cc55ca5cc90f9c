"""Phone numbers in what passes between two people: masked however they are written, and those of identity cards."""

import pytest

from bot.views.words import masked_in


@pytest.mark.parametrize(
    ("said", "passed"),
    [
        ("打我13812345678", "打我138****5678"),
        ("138 1234 5678找我", "138****5678找我"),
        ("138-1234-5678", "138****5678"),
        ("座机020-83334444", "座机020****4444"),
        ("13812345678，13987654321", "138****5678，139****4321"),
        ("身份证44010119900101123X，", "身份证440****123X，"),
        ("440101199001011234", "440****1234"),
        ("资产号440101993301011234", "资产号440101993301011234"),
        ("三楼302", "三楼302"),
        ("资产号20231381234567890", "资产号20231381234567890"),
        ("IP 10.138.12.34", "IP 10.138.12.34"),
    ],
)
def test_numbers_are_masked(said: str, passed: str) -> None:
    assert masked_in(said) == passed
