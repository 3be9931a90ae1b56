from django.contrib import admin
from django.template.defaultfilters import linebreaksbr
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display

from accounts.phones import masked
from bookings import told
from bookings.models import Booking
from bookings.rules import moment
from notices.models import Notice
from notices.second_try import try_again
from venues.desk import DeskAdmin


class StateFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return [("failed", _("Given up")), ("unsent", _("Not sent yet")), ("sent", _("Sent"))]

    def queryset(self, request, queryset):
        match self.value():
            case "failed":
                return queryset.failed()
            case "unsent":
                return queryset.unsent()
            case "sent":
                return queryset.sent()
        return queryset


@admin.register(Notice)
class NoticeAdmin(DeskAdmin):
    """What people were told about their bookings here. Sign-in codes are nobody's to read."""

    names_people = True
    for_looking = True
    list_display = ["what", "to_whom", "channel_shown", "state", "left"]
    list_select_related = ["recipient"]
    list_filter = [StateFilter, "channel"]
    search_fields = ["subject", "recipient__name", "link"]
    ordering = ["-pk"]
    actions_detail = ["send_again"]
    fields = [
        ("what", "state_in_words"),
        ("to_whom", "channel_shown"),
        "text",
        "link",
        ("left", "expires_at"),
        ("send_after", "sent_at", "read_at"),
        ("attempts", "last_error"),
    ]
    readonly_fields = [
        name for line in fields for name in (line if isinstance(line, tuple) else [line])
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).filter(is_private=False)

    def at_centers(self, queryset, centers):
        here = Booking.objects.filter(activity__center__in=centers)
        return queryset.filter(pk__in=told.about(here).values("pk"))

    def is_at_work(self, user, notice):
        return True  # The list itself shows only what is about bookings here.

    def has_add_permission(self, request):
        return False

    @display(description=_("message"), ordering="subject")
    def what(self, notice):
        return told.in_words(notice)

    @display(description=_("to whom"))
    def to_whom(self, notice):
        return notice.recipient or _hidden(notice.address)

    @display(description=_("when"), ordering="created_at")
    def left(self, notice):
        return moment(notice.created_at)

    @display(description=_("text"))
    def text(self, notice):
        return linebreaksbr(notice.body) or "–"

    @display(description=_("channel"), ordering="channel")
    def channel_shown(self, notice):
        return notice.get_channel_display() or "–"

    @display(
        description=_("state"),
        label={"sent": "success", "failed": "danger", "unsent": "warning"},
    )
    def state(self, notice):
        if notice.sent_at:
            return "sent", _("Sent")
        return ("failed", _("Given up")) if notice.gave_up_at else ("unsent", _("Not sent yet"))

    @display(description=_("state"))
    def state_in_words(self, notice):
        return self.state(notice)[1]

    @action(description=_("Send again"), permissions=["send_again"], icon="send")
    def send_again(self, request, object_id):
        notice = self.acted_on(request, object_id)
        return self.ask_first(
            request,
            notice,
            question=_("Try once more to deliver this message?"),
            text=notice.last_error,
            label=_("Send again"),
            do=lambda: try_again(notice),
            done=_("It is on its way."),
        )

    def has_send_again_permission(self, request, object_id=None):
        failed = self.named(request, object_id).failed().filter(is_private=False)
        return self.has_act_permission(request) and failed.exists()


def _hidden(address):
    if "@" in address:
        name, _at, host = address.partition("@")
        return f"{name[:2]}…@{host}"
    return masked(address)
