"""Names of people: sorted by pinyin, shown in part to others."""

from pypinyin import Style, lazy_pinyin

# What pypinyin reads differently when it is a surname.
SURNAMES = {
    "曾": "zeng", "单": "shan", "仇": "qiu", "解": "xie", "区": "ou", "查": "zha", "朴": "piao",
    "任": "ren", "盖": "ge", "尉": "wei", "员": "yun", "华": "hua", "纪": "ji", "乐": "yue",
}  # fmt: skip


def sort_key(name):
    """Pinyin in lower case, the surname read as one; other letters stay."""
    syllables = lazy_pinyin(name, style=Style.NORMAL, errors="default")
    if name and name[0] in SURNAMES:
        syllables[0] = SURNAMES[name[0]]
    return " ".join(syllables).lower()[:200]


def short_name(name):
    """As others may see it: 王* for 王小明, Ana for Ana Lima."""
    if not name:
        return ""
    if name.isascii():
        return name.split()[0]
    return f"{name[0]}*"
