"""What may be kept as a paper: looked at by its content, whatever its name says.

Nothing of the file is ever shown within a page; whoever may read it gets it as a download.
"""

import re
import unicodedata
from pathlib import PurePosixPath

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from PIL import Image

LARGEST_FILE = 10 * 1024 * 1024
MOST_DOTS = 50_000_000
MOST_AT_ONCE = 8
LONGEST_LABEL = 80

PDF = "application/pdf"
PICTURES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
ENDINGS = {PDF: ".pdf", "image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp"}

# Where the last lines of a PDF are looked for; some programs write a little behind them.
TRAILER = 2048
TOO_MANY_DOTS = (Image.DecompressionBombError, Image.DecompressionBombWarning)
UNREADABLE = (OSError, ValueError, SyntaxError)


def kind_of(file) -> str:
    """The kind of a file that may be kept. Raises ValidationError with what to do instead."""
    if file.size > LARGEST_FILE:
        raise ValidationError(
            _("%(name)s is larger than 10 MB. Please make it smaller first."),
            code="too_heavy",
            params={"name": label_of(file.name)},
        )
    file.seek(0)
    start = file.read(8)
    kind = _pdf(file) if start.startswith(b"%PDF-") else _picture(file)
    file.seek(0)
    if kind is None:
        raise ValidationError(
            _("%(name)s cannot be read. Please take a PDF, JPEG, PNG or WebP file."),
            code="unreadable",
            params={"name": label_of(file.name)},
        )
    return kind


def label_of(name: str) -> str:
    """What the file is called on our pages: no path, nothing invisible, not too long."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    seen = "".join(
        " " if unicodedata.category(each)[0] in "CZ" else each for each in last if each not in '<>"'
    )
    path = PurePosixPath(re.sub(r"\s+", " ", seen).strip(" .") or "-")
    return path.stem[: LONGEST_LABEL - len(path.suffix[:10])] + path.suffix[:10]


def _pdf(file):
    file.seek(max(0, file.size - TRAILER))
    return PDF if b"%%EOF" in file.read() else None


def _picture(file):
    """Its kind, or None. No dot is unfolded before their number is known."""
    try:
        file.seek(0)
        with Image.open(file, formats=list(PICTURES)) as picture:
            kind, (width, height) = PICTURES[picture.format], picture.size
            if width * height > MOST_DOTS:
                raise Image.DecompressionBombError
            picture.verify()
    except TOO_MANY_DOTS as error:
        raise ValidationError(
            _("%(name)s has more than 50 million dots. Please make it smaller first."),
            code="too_large",
            params={"name": label_of(file.name)},
        ) from error
    except UNREADABLE:
        return None
    return kind
