"""What the staff's desk knows about users: who may do everything, and how others are named."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.widgets import UnfoldAdminTextInputWidget

from accounts.fields import AddressField
from accounts.models import User
from accounts.phones import masked
from accounts.services import user_at


class ForTheFew(ModelAdmin):
    """A list for those who may do everything, and for nobody else."""

    def has_module_permission(self, request):
        return request.user.is_superuser

    def has_view_permission(self, request, obj=None):
        return request.user.is_superuser

    def has_add_permission(self, request):
        return request.user.is_superuser

    def has_change_permission(self, request, obj=None):
        return request.user.is_superuser

    def has_delete_permission(self, request, obj=None):
        return request.user.is_superuser


class MemberForm(forms.ModelForm):
    """A form about a row with a `user`, who is named by phone or e-mail and never by a list."""

    address = AddressField(
        label=_("Phone or e-mail"),
        help_text=_("The one they sign in with; it may be new."),
        widget=UnfoldAdminTextInputWidget,
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["address"] = forms.CharField(
                label=self.fields["address"].label,
                disabled=True,
                required=False,
                initial=self.instance.user.email or masked(self.instance.user.phone),
                widget=UnfoldAdminTextInputWidget,
            )

    def clean_address(self):
        """Known users are set at once, so that the constraints can look at them."""
        address = self.cleaned_data["address"]
        if self.instance.pk:
            return address
        self.way_in = {"email": address} if "@" in address else {"phone": address}
        self.instance.user = User.objects.filter(**self.way_in).first() or User(**self.way_in)
        return address

    def validate_unique(self):
        """The user is no field of the form, so the form alone would not ask the constraints."""
        super().validate_unique()
        if self.instance.user_id and not self.errors:
            try:
                self.instance.validate_constraints()
            except ValidationError as error:
                self.add_error(None, error.messages)

    def save(self, commit=True):
        if self.instance.user.pk is None:
            self.instance.user = user_at(**self.way_in)
        return super().save(commit)
