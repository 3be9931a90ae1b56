"""What goes into the cells of a spreadsheet, and cannot do anything there."""

# A text that begins so would be worked out as a formula by one program or another.
FORMULAS = ("=", "+", "-", "@")


def safe(value):
    """An apostrophe in front makes it a text, as somebody typing it would do."""
    if not isinstance(value, str):
        return value
    value = "".join(each for each in value if each.isprintable())
    return f"'{value}" if value.lstrip().startswith(FORMULAS) else value
