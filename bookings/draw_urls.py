from django.urls import path

from bookings import draw_pages

app_name = "draws"

urlpatterns = [
    path("draw/", draw_pages.draw, name="page"),
    path("draw.json", draw_pages.record, name="record"),
    path("draw/<int:draw>/applications.txt", draw_pages.applications, name="applications"),
    path("draw/<int:draw>/seed.txt", draw_pages.seed, name="seed"),
]
