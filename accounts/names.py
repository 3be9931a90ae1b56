"""Names of people: sorted by pinyin, shown in part to others."""

import unicodedata

# What pypinyin reads differently when it is a surname; the longer ones go first.
SURNAMES = {
    "尉迟": "yu chi", "单于": "chan yu",
    "曾": "zeng", "单": "shan", "仇": "qiu", "解": "xie", "区": "ou", "查": "zha", "朴": "piao",
    "任": "ren", "盖": "ge", "尉": "wei", "员": "yun", "华": "hua", "纪": "ji", "乐": "yue",
}  # fmt: skip

SURNAMES_OF_TWO = frozenset(
    [
        "欧阳",
        "司马",
        "上官",
        "诸葛",
        "尉迟",
        "单于",
        "皇甫",
        "慕容",
        "令狐",
        "夏侯",
        "端木",
        "司徒",
        "公孙",
        "东方",
        "南宫",
        "百里",
        "独孤",
    ]
)


def tidied(name):
    """As typed, with single spaces; no character is changed, however rare."""
    return " ".join(name.split())


def sort_key(name):
    """Pinyin in lower case, the surname read as one; other letters stay."""
    # It reads its dictionaries when it is imported, for which no start should wait.
    from pypinyin import Style, lazy_pinyin

    syllables = lazy_pinyin(name, style=Style.NORMAL, errors="default")
    for surname, reading in SURNAMES.items():
        if name.startswith(surname):
            syllables[: len(surname)] = [reading]
            break
    return " ".join(syllables).lower()[:200]


def short_name(name):
    """As others may see it: 王* for 王小明, Ana for Ana Lima."""
    if not name:
        return ""
    if "CJK" in unicodedata.name(name[0], ""):
        return f"{name[0]}*"
    return name.split()[0]


def initial(name):
    """The one character that stands for a name in its own family: 敏 for 李敏, A for Ana Lima."""
    if not name:
        return ""
    if "CJK" in unicodedata.name(name[-1], ""):
        return name[-1]
    return name[0].upper()


def first_name(name):
    """As one is called: 小明 for 王小明, 明 for 王明, Ana for Ana Lima, 阿依古丽 for 阿依古丽·买买提."""
    first = name.split("·")[0].split()[0] if name.strip() else ""
    if "CJK" not in unicodedata.name(first[:1] or " ", "") or "·" in name:
        return first
    surname = 2 if first[:2] in SURNAMES_OF_TWO and len(first) > 2 else 1
    return first[surname:] or first
