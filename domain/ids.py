"""Identifiers, one type each, so that a user's id is never passed for a customer's."""

from typing import NewType

UserId = NewType("UserId", int)
CustomerId = NewType("CustomerId", int)
InstitutionId = NewType("InstitutionId", int)
VisitId = NewType("VisitId", int)
VersionId = NewType("VersionId", int)
InviteId = NewType("InviteId", int)
BatchId = NewType("BatchId", int)
RoundId = NewType("RoundId", int)
QuestionId = NewType("QuestionId", int)
ProposalId = NewType("ProposalId", int)
DraftId = NewType("DraftId", int)
ChoiceId = NewType("ChoiceId", int)
EffortId = NewType("EffortId", int)
AppointmentId = NewType("AppointmentId", int)
LeaveId = NewType("LeaveId", int)
