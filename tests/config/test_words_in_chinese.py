import re

import pytest
from babel.messages.pofile import read_po

from config.catalogs import LOCALE

CATALOGS = sorted(LOCALE.glob("**/zh_Hans/LC_MESSAGES/django.po"))


def messages(path):
    with path.open("rb") as file:
        return [message for message in read_po(file, locale="zh_Hans") if message.id]


@pytest.mark.parametrize("path", CATALOGS, ids=lambda path: path.relative_to(LOCALE).parts[0])
def test_every_word_has_its_chinese(path):
    empty = [
        message.id
        for message in messages(path)
        if message.fuzzy
        or not all([message.string] if isinstance(message.string, str) else message.string)
    ]

    assert empty == []


@pytest.mark.parametrize("path", CATALOGS, ids=lambda path: path.relative_to(LOCALE).parts[0])
def test_the_chinese_says_the_same_values(path):
    """The one Chinese form may say what only one of the English forms does."""
    wrong = [
        message.id for message in messages(path) if not values(message.string) <= values(message.id)
    ]

    assert wrong == []


def values(words):
    return set(re.findall(r"%\((\w+)\)", words if isinstance(words, str) else " ".join(words)))
