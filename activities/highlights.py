"""The words of a search, marked in the title that they found; also where it was found by sound.

As `search` looks for them: a pair of Chinese characters anywhere, anything else at the beginning
of a word, or where the pinyin or the initials from some character on begin with it.
"""

import re
import unicodedata
from itertools import groupby

from django.utils.html import format_html, format_html_join

from activities.search import PIECE, SYLLABLES, is_han, syllables, tokens_asked


def marked(text, words):
    """The text, with a <mark> around all that these words found in it."""
    tokens = tokens_asked(words) if words else []
    if not tokens:
        return text
    text = unicodedata.normalize("NFC", text)
    found = _found(text, tokens)
    runs = groupby(range(len(text)), found.__contains__)
    pieces = ((hit, "".join(text[at] for at in run)) for hit, run in runs)
    return format_html_join("", "{}", ((_mark(piece) if hit else piece,) for hit, piece in pieces))


def _mark(piece):
    return format_html("<mark>{}</mark>", piece)


def _found(text, tokens):
    """Where in the text something was found: the numbers of its characters."""
    plain, origins = _plain(text)
    return {
        origins[piece.start() + at]
        for piece in PIECE.finditer(plain)
        for token in tokens
        for start, end in _stretches(piece.group(), token)
        for at in range(start, end)
    }


def _plain(text):
    """The text as the search reads it, and for each of its characters where that stands."""
    letters = [
        (letter, at)
        for at, character in enumerate(text)
        for letter in unicodedata.normalize("NFKC", character).lower()
    ]
    return "".join(letter for letter, _at in letters), [at for _letter, at in letters]


def _stretches(piece, token):
    if not is_han(piece):
        return [(0, len(token))] if piece.startswith(token) else []
    if is_han(token):
        starts = re.finditer(f"(?={re.escape(token)})", piece)
        return [(match.start(), match.start() + len(token)) for match in starts]
    return _by_sound(piece, token)


def _by_sound(piece, token):
    sounds = syllables(piece)
    initials = "".join(sound[0] for sound in sounds)
    for start in range(len(sounds)):
        if initials.startswith(token, start):
            yield start, start + len(token)
        elif end := _spoken(sounds[start : start + SYLLABLES], token):
            yield start, start + end


def _spoken(sounds, token):
    """How many of these syllables it takes to say the token; 0 where they do not."""
    said = ""
    for number, sound in enumerate(sounds, start=1):
        said += sound
        if said.startswith(token):
            return number
    return 0
