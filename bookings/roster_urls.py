from django.urls import path

from bookings import (
    call_page,
    check_in_pages,
    health_pages,
    leaving_pages,
    line_pages,
    register_pages,
    room_check_in_pages,
    roster_pages,
)

app_name = "rosters"

urlpatterns = [
    path("check-in/<str:token>/", check_in_pages.by_code, name="check_in"),
    path("rooms/check-in/<str:token>/", room_check_in_pages.by_code, name="room_check_in"),
    path("rooms/<int:pk>/poster/", room_check_in_pages.poster, name="room_poster"),
    path("activities/<int:pk>/poster/", check_in_pages.poster, name="poster"),
    path("activities/<int:pk>/register/", register_pages.page, name="register"),
    path("activities/<int:pk>/register/print/", register_pages.sheet, name="register_print"),
    path(
        "activities/<int:pk>/register/register.xlsx",
        register_pages.spreadsheet,
        name="register_sheet",
    ),
    path("sessions/<int:pk>/roster/", roster_pages.roster, name="roster"),
    path("sessions/<int:pk>/roster/print/", roster_pages.sheet, name="print"),
    path("sessions/<int:pk>/roster/export/", health_pages.export, name="export"),
    path("bookings/<int:pk>/health/", health_pages.notes, name="health"),
    path("sessions/<int:pk>/line/", line_pages.of_session, name="line"),
    path("activities/<int:pk>/line/", line_pages.of_course, name="course_line"),
    path("sessions/<int:pk>/calls/", call_page.to_call, name="to_call"),
    path("sessions/<int:pk>/roster/walk-in/", roster_pages.walk_in, name="walk_in"),
    path("sessions/<int:pk>/roster/rest/", roster_pages.rest_absent, name="rest_absent"),
    path("sessions/<int:pk>/roster/pass-on/", roster_pages.pass_on, name="pass_on"),
    path("sessions/<int:pk>/roster/places/<int:place>/", roster_pages.mark, name="mark"),
    path("sessions/<int:pk>/roster/places/<int:place>/out/", leaving_pages.leave, name="leave"),
    path("sessions/<int:pk>/roster/places/<int:place>/excuse/", roster_pages.excuse, name="excuse"),
    path("sessions/<int:pk>/roster/bookings/<int:booking>/", roster_pages.let_in, name="let_in"),
]
