"""The sheet for the notice board as a PDF of one page, to be sent on or printed elsewhere.

It names its font instead of carrying one: whatever shows or prints PDF has one for simplified
Chinese (docs/decisions/0013). What is said on it is in `activities/poster_lines.txt`.
"""

import re
from io import BytesIO

import segno
from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.translation import gettext as _
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Frame, KeepInFrame, Paragraph, Spacer, Table

from activities.models import Tint

FONT = "STSong-Light"
INK, QUIET, LINE = HexColor("#1d1f1e"), HexColor("#5c605d"), HexColor("#d9d5c9")
TINTS = {
    Tint.NIGHT: "#3f4a8c",
    Tint.MEAL: "#8b4a16",
    Tint.CHILD: "#1c6280",
    Tint.FAMILY: "#8a3a5e",
    Tint.MOVE: "#2a6a3f",
    Tint.CRAFT: "#775212",
    Tint.HEALTH: "#1f6f5c",
    Tint.BOOK: "#5f4a38",
}

WIDTH, HEIGHT = A4
EDGE, FOOT, CODE = 20 * mm, 70 * mm, 44 * mm
TEXT = WIDTH - 2 * EDGE

_CHINESE = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]")

pdfmetrics.registerFont(UnicodeCIDFont(FONT))


def drawn(poster) -> bytes:
    """The file, of what the page of the poster says."""
    activity = poster["activity"]
    out = BytesIO()
    canvas = Canvas(out, pagesize=A4)
    canvas.setTitle(activity.title)
    canvas.setAuthor(str(activity.center))
    _head(canvas, activity)
    _body(canvas, poster)
    _foot(canvas, poster)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def _head(canvas, activity):
    canvas.setFillColor(HexColor(TINTS[activity.category.tint]))
    canvas.rect(0, HEIGHT - 10 * mm, WIDTH, 10 * mm, stroke=0, fill=1)
    canvas.setFillColor(QUIET)
    canvas.setFont(FONT, 16)
    canvas.drawString(EDGE, HEIGHT - 24 * mm, str(activity.center))


def _body(canvas, poster):
    """Made smaller as a whole where there is more to say than one sheet holds."""
    activity = poster["activity"]
    tint = HexColor(TINTS[activity.category.tint])
    story = [_words(escape(activity.title), 42, color=tint), Spacer(0, 6 * mm)]
    if activity.summary:
        story += [_words(escape(activity.summary), 18), Spacer(0, 6 * mm)]
    rows = [[_words(label, 14, color=QUIET), _words(said, 20)] for label, said in _facts(poster)]
    lines = [("VALIGN", (0, 0), (-1, -1), "TOP"), ("LINEABOVE", (0, 0), (-1, -1), 0.6, LINE)]
    pads = [("LEFTPADDING", (0, 0), (0, -1), 0), ("BOTTOMPADDING", (0, 0), (-1, -1), 8)]
    story.append(Table(rows, colWidths=[28 * mm, TEXT - 28 * mm], style=lines + pads))
    height = HEIGHT - 30 * mm - FOOT
    frame = Frame(EDGE, FOOT, TEXT, height, 0, 0, 0, 0)
    frame.addFromList([KeepInFrame(TEXT, height, story, mode="shrink")], canvas)


def _foot(canvas, poster):
    activity = poster["activity"]
    canvas.setStrokeColor(LINE)
    canvas.line(EDGE, FOOT - 4 * mm, WIDTH - EDGE, FOOT - 4 * mm)
    _code(canvas, poster["address"], EDGE, FOOT - 8 * mm - CODE)
    invitation = _("All about it") if activity.is_drop_in else _("Scan and book")
    story = [_words(escape(poster["state"].words), 16)] if poster["state"] else []
    story += [_words(invitation, 22), _words(escape(poster["spoken_address"]), 11, color=QUIET)]
    if activity.center.phone:
        story += [_words(_("Or call, or come to the desk:"), 14), _words(_phone(poster), 24)]
    else:
        story.append(_words(_("Or come to the desk."), 14))
    left = EDGE + CODE + 10 * mm
    frame = Frame(left, FOOT - 8 * mm - CODE, WIDTH - EDGE - left, CODE, 0, 0, 0, 0)
    frame.addFromList([KeepInFrame(WIDTH - EDGE - left, CODE, story, mode="shrink")], canvas)


def _code(canvas, address, left, bottom):
    dots = list(segno.make(address, error="m", micro=False, mask=4).matrix)
    side = CODE / len(dots)
    canvas.setFillColor(INK)
    for row, line in enumerate(dots):
        for column, is_dark in enumerate(line):
            if is_dark:
                y = bottom + CODE - (row + 1) * side
                canvas.rect(left + column * side, y, side, side, stroke=0, fill=1)


def _facts(poster):
    """(label, words), both escaped as Paragraph reads them."""
    lines = render_to_string("activities/poster_lines.txt", poster).splitlines()
    pairs = [line.partition("::") for line in lines]
    return [(label.strip(), said.strip()) for label, _colons, said in pairs if said.strip()]


def _phone(poster):
    return render_to_string("activities/poster_phone.txt", poster).strip()


def _words(text, size, *, color=INK):
    """Chinese may break after any character, English between words only."""
    wrap = "CJK" if _CHINESE.search(text) else None
    style = ParagraphStyle(
        "words", fontName=FONT, fontSize=size, leading=size * 1.4, textColor=color, wordWrap=wrap
    )
    return Paragraph(text, style)
