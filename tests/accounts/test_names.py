import pytest

from accounts.names import first_name, initial, short_name, sort_key, tidied


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("王小明", "wang xiao ming"),
        ("曾老师", "zeng lao shi"),
        ("单田芳", "shan tian fang"),
        ("单于", "chan yu"),
        ("尉迟恭", "yu chi gong"),
        ("Ana Lima", "ana lima"),
    ],
)
def test_names_are_sorted_as_they_are_read(name, key):
    assert sort_key(name) == key


def test_others_see_the_surname_only():
    assert short_name("王小明") == "王*"
    assert short_name("𠮷野") == "𠮷*"
    assert short_name("Ana Lima") == "Ana"
    assert short_name("") == ""


def test_a_name_keeps_every_character_however_rare():
    assert tidied("  买买提·艾力　 𠮷 ") == "买买提·艾力 𠮷"


@pytest.mark.parametrize(
    ("name", "one"),
    [("李敏", "敏"), ("小禾", "禾"), ("Ana Lima", "A"), ("étienne", "É"), ("𠮷", "𠮷"), ("", "")],
)
def test_one_character_stands_for_a_name_in_its_family(name, one):
    assert initial(name) == one


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("王小明", "小明"),
        ("王明", "明"),
        ("欧阳小明", "小明"),
        ("欧阳", "阳"),
        ("王", "王"),
        ("阿依古丽·买买提", "阿依古丽"),
        ("Ana Lima", "Ana"),
        ("", ""),
        ("  ", ""),
    ],
)
def test_a_first_name_is_how_one_is_called(name, first):
    assert first_name(name) == first
