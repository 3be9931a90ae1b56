"""An agreement that was decided at a meeting: saving its form links both."""

from django.contrib import messages
from django.db import transaction

from partners import decisions
from partners.decisions import DecisionRefused
from partners.models import Decision
from venues.staffing import workplaces


class FromDecision:
    """For the form of agreements; `?decision=` in its address says where it comes from."""

    def save_model(self, request, agreement, form, change):
        with transaction.atomic():
            super().save_model(request, agreement, form, change)
            number = "" if change else request.GET.get("decision", "")
            here = Decision.objects.filter(meeting__center__in=workplaces(request.user))
            decision = here.filter(pk=number).first() if number.isdecimal() else None
            if decision is None:
                return
            try:
                decisions.become_agreement(decision, agreement)
            except DecisionRefused as refused:
                messages.warning(request, refused.reason)
