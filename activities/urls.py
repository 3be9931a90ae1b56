from django.urls import path

from activities import feeds, posters, views

app_name = "activities"

urlpatterns = [
    path("activities/", views.catalog, name="list"),
    path("calendar/", views.calendar, name="calendar"),
    path("activities/<int:pk>/", views.activity, name="detail"),
    path("activities/<int:pk>/poster/", posters.poster, name="poster"),
    path("activities/<int:pk>/poster.pdf", posters.as_pdf, name="poster_pdf"),
    path("activities/<int:pk>/calendar.ics", feeds.of_activity, name="feed"),
    path("centers/<slug:slug>/calendar.ics", feeds.of_center, name="center_feed"),
]
