"""The week on paper: one sheet for each floor, rooms × days, to hang up beside the lift."""

from itertools import groupby

from django.shortcuts import render
from django.views.decorators.http import require_safe

from activities.calendars import week_of
from bookings.board import Board
from bookings.board_page import Asked, works_here

PAPERS = ("a4", "a3")
FITS_IN_LARGE_TYPE = 14  # entries one below the other


@require_safe
def print_week(request):
    """What people do in a room of their own is said only with `titles`, for the desk itself."""
    works_here(request)
    asked = Asked(request)
    week = week_of(asked.day)
    board = Board(asked.center, week[0], week[-1], floor=asked.floor)
    paper = request.GET.get("paper")
    context = {
        "asked": asked,
        "board": board,
        "week": week,
        "floors": _by_floor(board),
        "paper": paper if paper in PAPERS else PAPERS[0],
        "titles": request.GET.get("titles") == "1",
    }
    return render(request, "bookings/week_sheet.html", context)


def _by_floor(board):
    """[(floor, its rows, whether they need small type)]; what is held elsewhere comes last."""
    floors = groupby(board.rows, key=lambda row: row.room and row.room.floor)
    return [(floor, rows, _is_dense(rows)) for floor, rows in ((f, list(r)) for f, r in floors)]


def _is_dense(rows):
    high = sum(max(1, *(len(cell.blocks) for cell in row.cells)) for row in rows)
    return high > FITS_IN_LARGE_TYPE
