"""One way of writing for texts that people write in many."""

import re
import unicodedata
from functools import lru_cache

# Only the traditional characters that headers and day columns are made of.
_TRADITIONAL = (
    "週禮個暫課類別區點間時開結報費數額備註說編號場館稱動項標題齡歲對單雙節國眾學無價錢繳兩補後"
)
_SIMPLIFIED = (
    "周礼个暂课类别区点间时开结报费数额备注说编号场馆称动项标题龄岁对单双节国众学无价钱缴两补后"
)

# Signs that look like one of these and are typed for it.
_SIGNS = {
    "/": "╱⁄∕⧸\\",
    "-": "‐‑‒–—―−─━",
    "~": "〜∼",
    ",": "、·‧•",
    ":": "∶",
    "(": "【〔〖[{",
    ")": "】〕〗]}",
    "": "\u200b\u200c\u200d\u2060\ufeff",
}

_PLAIN = str.maketrans(_TRADITIONAL, _SIMPLIFIED) | {
    ord(odd): sign for sign, odds in _SIGNS.items() for odd in odds
}


@lru_cache(maxsize=8192)
def plain(text: str) -> str:
    """The text with half-width signs, simplified characters and single spaces, in lower case."""
    return tidy(unicodedata.normalize("NFKC", text).translate(_PLAIN)).lower()


def tidy(text: str) -> str:
    """The text as written, without control characters and with single spaces."""
    text = "".join(" " if unicodedata.category(sign) == "Cc" else sign for sign in text)
    return re.sub(r"\s+", " ", text).strip()
