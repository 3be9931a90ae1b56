"""Finding a person the way somebody says it at the desk: a name, its pinyin, some digits."""

import re
import unicodedata

from django.db.models import F, Func, Q, Value

FEWEST_DIGITS = 3


def found(people, text):
    """People whose name, pinyin, initials or phone contain what was typed; all for nothing."""
    typed = unicodedata.normalize("NFKC", text).replace("\0", "").strip().lower()
    if not typed:
        return people
    found = Q(name__icontains=typed)
    letters = re.sub(r"[\s'’]", "", typed)
    if letters.isascii():
        found |= Q(letters__contains=letters) | Q(initials__startswith=letters)
    digits = re.sub(r"\D", "", typed)
    if len(digits) >= FEWEST_DIGITS:
        found |= Q(phone__contains=digits)
    # The sort key is pinyin, one syllable to a word: "li xiu ying".
    return people.alias(
        letters=_replaced(r"\s", ""), initials=_replaced(r"(\S)\S*\s*", r"\1")
    ).filter(found)


def _replaced(pattern, replacement):
    words = [Value(pattern), Value(replacement), Value("g")]
    return Func(F("sort_key"), *words, function="regexp_replace")
