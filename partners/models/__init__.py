"""Partners, what they and a center promise and give each other, and what residents ask for."""

from partners.models.agreements import Agreement, DayPart, Resource, ResourceKind
from partners.models.box import CODE_LENGTH, BoxOpening, Letter, LetterChannel
from partners.models.meetings import AgendaItem, Decision, Guest, GuestAnswer, Meeting
from partners.models.needs import (
    MOST_COMING,
    OPEN_TO_PARTNERS,
    Need,
    NeedAsk,
    NeedAskAnswer,
    NeedSource,
    NeedStatus,
    NeedStep,
    Vote,
)
from partners.models.partners import (
    Invitation,
    Paper,
    Partner,
    PartnerKind,
    PartnerMember,
    PartnerStatus,
    PartnerStep,
    Role,
)
from partners.models.slots import SlotDate, SlotDateQuerySet, StandingSlot
from partners.models.surveys import (
    ResponseChannel,
    Survey,
    SurveyAnswer,
    SurveyQuestion,
    SurveyQuestionKind,
    SurveyResponse,
)

__all__ = [
    "CODE_LENGTH",
    "MOST_COMING",
    "OPEN_TO_PARTNERS",
    "AgendaItem",
    "Agreement",
    "BoxOpening",
    "DayPart",
    "Decision",
    "Guest",
    "GuestAnswer",
    "Invitation",
    "Letter",
    "LetterChannel",
    "Meeting",
    "Need",
    "NeedAsk",
    "NeedAskAnswer",
    "NeedSource",
    "NeedStatus",
    "NeedStep",
    "Paper",
    "Partner",
    "PartnerKind",
    "PartnerMember",
    "PartnerStatus",
    "PartnerStep",
    "Resource",
    "ResourceKind",
    "ResponseChannel",
    "Role",
    "SlotDate",
    "SlotDateQuerySet",
    "StandingSlot",
    "Survey",
    "SurveyAnswer",
    "SurveyQuestion",
    "SurveyQuestionKind",
    "SurveyResponse",
    "Vote",
]
