"""Django looks for lists here; each subject has a file of its own."""

from partners import agreement_admin, letter_admin, meeting_admin, need_admin, survey_admin

__all__ = ["agreement_admin", "letter_admin", "meeting_admin", "need_admin", "survey_admin"]
