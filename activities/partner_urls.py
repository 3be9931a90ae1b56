"""The partner's own desk."""

from django.urls import path

from activities import partner_pages

app_name = "partner"

urlpatterns = [
    path("", partner_pages.home, name="home"),
    path("<int:pk>/", partner_pages.desk, name="desk"),
    path("<int:pk>/post/", partner_pages.post, name="post"),
    path("activities/<int:pk>/", partner_pages.posting, name="posting"),
    path("activities/<int:pk>/edit/", partner_pages.edit, name="edit"),
    path("activities/<int:pk>/submit/", partner_pages.submit, name="submit"),
]
