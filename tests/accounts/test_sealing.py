"""What is sealed is read by nobody, except in its place and with its key."""

import pytest

from accounts.sealing import CannotOpen, opened, seal

HERE = (1, 2, 3)


@pytest.mark.parametrize("answer", ["花生过敏", 3, "", "yes", "🥜" * 500])
def test_what_was_sealed_opens_in_its_place(answer):
    assert opened(seal(answer, about=HERE), about=HERE) == answer


def test_the_sealed_text_does_not_say_what_is_in_it():
    assert seal("peanuts", about=HERE) != seal("peanuts", about=HERE)
    assert "peanuts" not in seal("peanuts", about=HERE)


@pytest.mark.parametrize("elsewhere", [(9, 2, 3), (1, 9, 3), (1, 2, 9), (1, 2, None)])
def test_in_the_row_of_another_it_does_not_open(elsewhere):
    with pytest.raises(CannotOpen):
        opened(seal("peanuts", about=HERE), about=elsewhere)


def test_a_new_key_seals_and_the_old_one_still_opens(settings):
    settings.ANSWERS_KEYS = ["old" * 12]
    sealed = seal("peanuts", about=HERE)

    settings.ANSWERS_KEYS = ["new" * 12, "old" * 12]
    sealed_anew = seal("nuts", about=HERE)

    assert opened(sealed, about=HERE) == "peanuts"
    settings.ANSWERS_KEYS = ["new" * 12]
    assert opened(sealed_anew, about=HERE) == "nuts"
    with pytest.raises(CannotOpen):
        opened(sealed, about=HERE)


@pytest.mark.parametrize("broken", ["", "nothing", "gAAAAA==", "ä"])
def test_what_was_never_sealed_does_not_open(broken):
    with pytest.raises(CannotOpen):
        opened(broken, about=HERE)
