from django.urls import path

from bookings import (
    room_change_page,
    room_check_in_pages,
    room_feeds,
    room_pages,
    room_soonest_page,
    room_wait_page,
    series_pages,
    slot_pages,
)

app_name = "rooms"

urlpatterns = [
    path("", room_pages.all_rooms, name="all"),
    path("soonest/", room_soonest_page.soonest_rooms, name="soonest"),
    path("here/<str:token>/", room_check_in_pages.here, name="here"),
    path("waits/", room_wait_page.wait, name="wait"),
    path("waits/<int:pk>/withdraw/", room_wait_page.withdraw, name="withdraw"),
    path("<int:pk>/", room_pages.room, name="room"),
    path("<int:pk>/book/", room_pages.book, name="book"),
    path("<int:pk>/calendar.ics", room_feeds.of_room, name="feed"),
    path("<int:pk>/calendar/<str:token>.ics", room_feeds.of_room_for_staff, name="staff_feed"),
    path("bookings/", room_pages.mine, name="mine"),
    path("bookings/<slug:reference>/", room_pages.booking, name="booking"),
    path("bookings/<slug:reference>/change/", room_change_page.change, name="change"),
    path("bookings/<slug:reference>/cancel/", room_pages.cancel, name="cancel"),
    path("bookings/<slug:reference>/check-in/", room_pages.check_in, name="check_in"),
    path("bookings/<slug:reference>/answer/", room_pages.answer, name="answer"),
    path("bookings/<slug:reference>/calendar.ics", room_feeds.of_room_booking, name="ics"),
    path("series/<slug:reference>/", series_pages.series, name="series"),
    path("series/<slug:reference>/change/", series_pages.change, name="series_change"),
    path("series/<slug:reference>/cancel/", series_pages.cancel, name="series_cancel"),
    path("series/<slug:reference>/add/", series_pages.add, name="series_add"),
    path("series/<slug:reference>/calendar.ics", series_pages.calendar, name="series_ics"),
    path("slots/", slot_pages.slots, name="slots"),
    path("slots/<int:pk>/keep/", slot_pages.keep, name="slot_keep"),
    path("slots/<int:pk>/release/", slot_pages.release, name="slot_release"),
]
