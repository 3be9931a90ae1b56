"""Words for the person at the terminal, before there are catalogs to translate them."""

import os


def in_words(chinese, english):
    """Chinese, unless the terminal says that it is an English one."""
    language = next(
        filter(None, map(os.environ.get, ("LC_ALL", "LC_MESSAGES", "LANG"))),
        "",
    )
    return english if language.startswith("en") else chinese


def say(chinese, english):
    print(in_words(chinese, english), flush=True)  # noqa: T201
