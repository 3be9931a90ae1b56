from django.urls import path

from bookings import (
    answer_pages,
    feed_page,
    feedback_page,
    feeds,
    follow_pages,
    ledger_page,
    my_data_pages,
    offer_page,
    partner_needs_page,
    poster_pages,
    swap_pages,
    views,
)

app_name = "bookings"

urlpatterns = [
    # A page of my people: with a consent goes what stands on it, also in bookings.
    path("people/<int:pk>/withdraw/<int:consent>/", answer_pages.withdraw, name="withdraw"),
    path("people/my-data/", my_data_pages.my_data, name="my_data"),
    path("people/my-data.json", my_data_pages.as_json, name="my_data_json"),
    path("people/my-data.html", my_data_pages.as_page, name="my_data_file"),
    path("people/close/", my_data_pages.close, name="close_account"),
    path("activities/<int:pk>/book/", views.book, name="book"),
    path("activities/<int:pk>/follow/", follow_pages.activity, name="follow_activity"),
    path("partners/<int:pk>/follow/", follow_pages.partner, name="follow_partner"),
    path("messages/following/", follow_pages.all_of_it, name="following"),
    path("bookings/my-calendar/", feed_page.my_feed, name="my_feed"),
    path("bookings/", views.my_bookings, name="list"),
    path("bookings/dates/close/", views.close_outcome, name="close_outcome"),
    path("bookings/<slug:reference>/", views.booking, name="detail"),
    path("bookings/<slug:reference>/answers/", answer_pages.correct, name="answers"),
    path("bookings/<slug:reference>/cancel/", views.cancel, name="cancel"),
    path("bookings/<slug:reference>/date/", swap_pages.swap_date, name="swap_date"),
    path("bookings/<slug:reference>/person/", swap_pages.swap_person, name="swap_person"),
    path("bookings/<slug:reference>/accept/", views.accept, name="accept"),
    path("bookings/<slug:reference>/decline/", views.decline, name="decline"),
    path("bookings/<slug:reference>/calendar.ics", feeds.of_booking, name="ics"),
    path("offers/<str:token>/", offer_page.offer, name="offer"),
    path("feedback/<str:token>/", feedback_page.how_was_it, name="feedback"),
    path("calendar/<str:token>.ics", feeds.of_user, name="feed"),
    path("check-in/<str:token>/", poster_pages.at_the_door, name="check_in"),
    path("partner/agreements/<int:pk>/", ledger_page.for_partner, name="ledger"),
    path("partner/<int:pk>/needs/", partner_needs_page.needs, name="partner_needs"),
    path("partner/<int:pk>/needs/<int:need>/", partner_needs_page.volunteer, name="volunteer"),
    path("partner/asks/<int:pk>/", partner_needs_page.question, name="question"),
    path("partner/needs/<int:pk>/give-back/", partner_needs_page.give_back, name="give_back"),
    path("my-day/", views.my_day_page, name="my_day"),
]
