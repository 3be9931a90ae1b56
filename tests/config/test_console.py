import pytest

from config.console import in_words


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({}, "你好"),
        ({"LANG": "C.UTF-8"}, "你好"),
        ({"LANG": "zh_CN.UTF-8"}, "你好"),
        ({"LANG": "en_US.UTF-8"}, "Hello"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "en_GB.UTF-8"}, "Hello"),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "zh_CN.UTF-8"}, "你好"),
    ],
)
def test_the_terminal_speaks_chinese_unless_it_is_an_english_one(environment, words, monkeypatch):
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    assert in_words("你好", "Hello") == words
