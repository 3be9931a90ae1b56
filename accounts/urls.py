from django.urls import path, re_path
from django.views.generic import RedirectView

from accounts import collector_pages, new_email, sign_in, views

app_name = "accounts"

urlpatterns = [
    path("people/", views.people, name="people"),
    path("people/me/", views.me, name="me"),
    path("people/me/email/", new_email.ask, name="new_email"),
    path("people/me/email/code/", new_email.confirm, name="confirm_email"),
    path("people/add/child/", views.add_child, name="add_child"),
    path("people/add/relative/", views.add_relative, name="add_relative"),
    path("people/add/neighbor/", views.add_neighbor, name="add_neighbor"),
    path("people/<int:pk>/", views.person, name="person"),
    path("people/<int:pk>/edit/", views.edit, name="edit"),
    path("people/<int:pk>/end/", views.end, name="end"),
    path("people/<int:pk>/collectors/", collector_pages.of_person, name="collectors"),
    path(
        "people/<int:pk>/collectors/<int:collector>/end/",
        collector_pages.take_off,
        name="take_off_collector",
    ),
    path("privacy/", views.privacy, name="privacy"),
    # These stand before allauth's own pages of the same address and name.
    path("accounts/login/", sign_in.AskForCode.as_view(), name="account_login"),
    path(
        "accounts/login/code/confirm/",
        sign_in.EnterCode.as_view(),
        name="account_confirm_login_code",
    ),
    path("accounts/login/code/", sign_in.one_door, name="account_request_login_code"),
    path("accounts/signup/", sign_in.one_door, name="account_signup"),
    path(
        "accounts/2fa/totp/activate/", sign_in.SetUpSecondStep.as_view(), name="mfa_activate_totp"
    ),
    re_path(
        r"^accounts/(?:email|confirm-email|password)/",
        RedirectView.as_view(pattern_name="accounts:me", permanent=False),
    ),
]
