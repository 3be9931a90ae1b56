"""The site's table of contents."""

from allauth.account.decorators import secure_admin_login
from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from activities.views import home
from bookings.hall_board import hall_board
from bookings.views import rules_of_center
from config import display, elder, help_pages, language, sitemaps, views

# Staff come in through the same door as everybody, and never without their second step.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns = [
    path("", home, name="home"),
    path("", include("activities.urls")),
    path("", include("bookings.urls")),
    path("activities/<int:pk>/", include("bookings.draw_urls")),
    path("centers/<slug:slug>/rules/", rules_of_center, name="center_rules"),
    path("centers/<slug:slug>/board/", hall_board, name="hall_board"),
    path("rooms/", include("bookings.room_urls")),
    path("", include("venues.urls")),
    path("", include("partners.urls")),
    path("partner/", include("activities.partner_urls")),
    path("", include("notices.urls")),
    path("", include("accounts.urls")),
    path("accounts/", include("allauth.urls")),
    path("language/", language.choose, name="set_language"),
    path("help/", help_pages.how_it_works, name="help"),
    path("help/seen/", help_pages.seen, name="help_seen"),
    path("elder/", elder.home, name="elder"),
    path("elder/leave/", elder.leave, name="elder_leave"),
    path("display/", display.choose, name="display"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("staff/", include("bookings.roster_urls")),
    path("admin/", admin.site.urls),
    path("robots.txt", sitemaps.robots, name="robots"),
    path("sitemap.xml", sitemaps.all_pages, name="sitemap"),
    path("healthz", views.healthz),
    path("readyz", views.readyz),
]

if settings.DEBUG:
    urlpatterns.append(path("", include("config.dev")))

handler400 = "config.views.not_understood"
handler500 = "config.views.something_went_wrong"
handler429 = "config.views.too_often"
