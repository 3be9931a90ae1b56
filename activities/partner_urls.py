"""The partner's own desk."""

from django.urls import path

from activities import meeting_calendar, partner_pages, revision_pages, writing_pages

app_name = "partner"

urlpatterns = [
    path("", partner_pages.home, name="home"),
    path("<int:pk>/", partner_pages.desk, name="desk"),
    path("<int:pk>/post/", writing_pages.post, name="post"),
    path("<int:pk>/post/autosave/", writing_pages.autosave_new, name="autosave_new"),
    path("activities/<int:pk>/", partner_pages.posting, name="posting"),
    path("activities/<int:pk>/edit/", writing_pages.edit, name="edit"),
    path("activities/<int:pk>/autosave/", writing_pages.autosave, name="autosave"),
    path("activities/<int:pk>/take-back/", revision_pages.take_back, name="take_back"),
    path("activities/<int:pk>/copy/", writing_pages.copy, name="copy"),
    path("activities/<int:pk>/submit/", partner_pages.submit, name="submit"),
    path("meetings/<int:pk>/calendar.ics", meeting_calendar.of_guest, name="meeting_calendar"),
]
