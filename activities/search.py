"""Finding activities by Chinese words, pinyin or initials, with PostgreSQL's plain tsvector.

PostgreSQL does not cut Chinese into words, so the text is cut here: into pairs of characters,
and into pinyin and initials from every character on. `瑜伽`, `yujia` and `yj` all find 哈他瑜伽.
Every token is looked for by its beginning, so that half a word finds it too.
"""

import re
import unicodedata
from functools import lru_cache

from django.contrib.postgres.search import SearchQuery

# A name is remembered by its first syllables; longer pinyin would only fill the index.
SYLLABLES = 6

_HAN = r"\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
PIECE = re.compile(rf"[{_HAN}]+|[^\W_{_HAN}]+")


def text_for(activity):
    """All tokens by which the activity is found: its title, category and partner."""
    names = [activity.title, activity.category.name]
    if activity.partner_id:
        names.append(activity.partner.name)
    tokens = [token for name in names for piece in pieces_of(name) for token in _tokens(piece)]
    return " ".join(dict.fromkeys(tokens))


def fill_again(activities):
    """Write their tokens anew, after the name of a category or a partner has changed."""
    renamed = list(activities.select_related("category", "partner"))
    for activity in renamed:
        activity.search_text = text_for(activity)
    activities.bulk_update(renamed, ["search_text"], batch_size=500)


def tokens_asked(words):
    """What is looked for: each of these must begin some token of what is found."""
    return [token for piece in pieces_of(words) for token in _asked(piece)]


def pieces_of(text):
    """Its words and runs of Chinese; wide, narrow, small and capital letters are the same."""
    return PIECE.findall(unicodedata.normalize("NFKC", text).lower())


@lru_cache(maxsize=4096)
def syllables(piece):
    """The pinyin of a run of Chinese, one for each of its characters."""
    # It reads its dictionaries when it is imported, for which no start should wait.
    from pypinyin import lazy_pinyin

    return lazy_pinyin(piece)


def is_han(piece):
    return re.match(rf"[{_HAN}]", piece) is not None


def query_for(words):
    """The search for all of these words, or None where there is no letter in them."""
    tokens = tokens_asked(words)
    if not tokens:
        return None
    return SearchQuery(
        " & ".join(f"'{token}':*" for token in tokens), config="simple", search_type="raw"
    )


@lru_cache(maxsize=4096)
def _tokens(piece):
    """What a piece of a name is found by; one that is not Chinese by itself."""
    if not is_han(piece):
        return [piece]
    sounds = syllables(piece)
    initials = "".join(syllable[0] for syllable in sounds)
    return [
        *(piece[at : at + 2] for at in range(len(piece))),
        *("".join(sounds[at : at + SYLLABLES]) for at in range(len(sounds))),
        *(initials[at:] for at in range(len(initials))),
    ]


def _asked(piece):
    if not is_han(piece) or len(piece) == 1:
        return [piece]
    return [piece[at : at + 2] for at in range(len(piece) - 1)]
