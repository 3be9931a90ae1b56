import pytest

from accounts import phones


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("13812345678", "+8613812345678"),
        ("138 1234 5678", "+8613812345678"),
        ("+86-138-1234-5678", "+8613812345678"),
        ("１３８１２３４５６７８", "+8613812345678"),
        ("0512-68000000", "+8651268000000"),
        ("(010) 6666 7777", "+861066667777"),
        ("0755 2688 1234", "+8675526881234"),
        ("+852 9123 4567", "+85291234567"),
    ],
)
def test_phones_are_stored_one_way_however_they_are_written(written, stored):
    assert phones.parse(written) == stored


@pytest.mark.parametrize(
    "written", ["", "12345678901", "1381234567", "68000000", "13812345678@qq", "call 13812345678"]
)
def test_what_is_no_phone_is_not_guessed(written):
    assert phones.parse(written) is None


def test_the_owner_sees_groups_and_everybody_else_the_two_ends():
    assert phones.spoken("+8613812345678") == "138 1234 5678"
    assert phones.spoken("+8651268000000") == "0512 6800 0000"
    assert phones.spoken("+85291234567") == "+852 9123 4567"
    assert phones.masked("+8613812345678") == "138****5678"
    assert phones.spoken("") == phones.masked("") == ""


def test_text_messages_reach_mobile_phones_only():
    assert phones.is_mobile("+8613812345678")
    assert not phones.is_mobile("+8651268000000")
