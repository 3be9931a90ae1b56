from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.auth.models import Group
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline
from unfold.decorators import display

from accounts.desk import ForTheFew
from accounts.models import User
from accounts.phones import masked

# Memberships of centers say who may do what, and a user's own page keeps the rest.
for model in (Group, EmailAddress, Authenticator):
    admin.site.unregister(model)


class AuthenticatorInline(TabularInline):
    """Deleting one lets somebody who lost their phone set up a new second step."""

    model = Authenticator
    verbose_name = _("second step")
    verbose_name_plural = _("second step of signing in")
    fields = readonly_fields = ["what", "since", "last_used"]
    extra = 0
    hide_title = True

    def has_add_permission(self, request, obj=None):
        return False

    @display(description=_("kind"))
    def what(self, authenticator):
        return str(authenticator)

    @display(description=_("since"))
    def since(self, authenticator):
        return authenticator.created_at

    @display(description=_("last used"))
    def last_used(self, authenticator):
        return authenticator.last_used_at


@admin.register(User)
class UserAdmin(ForTheFew):
    list_display = ["who", "phone_shown", "email", "is_staff", "is_active", "date_joined"]
    list_filter = ["is_staff", "is_active", "is_superuser"]
    search_fields = ["name", "email", "phone"]
    ordering = ["-date_joined"]
    inlines = [AuthenticatorInline]
    fields = [
        "name",
        "phone",
        "email",
        "is_active",
        "is_staff",
        "is_superuser",
        "language",
        "elder_view",
        "letters",
        "high_contrast",
        "date_joined",
        "last_login",
    ]
    # An address is changed by its owner, with a code that proves it.
    readonly_fields = [
        "phone",
        "email",
        "language",
        "elder_view",
        "letters",
        "high_contrast",
        "date_joined",
        "last_login",
    ]

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    @display(description=_("user"), ordering="name")
    def who(self, user):
        return str(user)

    @display(description=_("phone"), ordering="phone")
    def phone_shown(self, user):
        return masked(user.phone)
