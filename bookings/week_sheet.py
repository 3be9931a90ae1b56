"""The week on paper: one sheet for each floor, rooms × days, to hang up beside the lift."""

from itertools import groupby

from django.shortcuts import render
from django.views.decorators.http import require_safe

from activities.calendars import week_of
from bookings.board import Board
from bookings.board_page import Asked, works_here

PAPERS = ("a4", "a3")


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
    """[(floor, its rows)]; what is held elsewhere comes last, without a floor."""
    return [
        (floor, list(rows))
        for floor, rows in groupby(board.rows, key=lambda row: row.room and row.room.floor)
    ]
