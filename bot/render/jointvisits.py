"""Joint visits in words."""

from collections.abc import Mapping

from bot.render.catalogues import marked
from domain.jointvisits.model import Action, Answer, JointKind, JointState

KINDS: Mapping[JointKind, str] = {
    JointKind.DEMONSTRATION: marked("Demonstration"),
    JointKind.JOINT: marked("Working together"),
    JointKind.COACHING: marked("Coaching"),
}

LEADS: Mapping[JointKind, str] = {
    JointKind.DEMONSTRATION: marked("the manager leads, the rep watches"),
    JointKind.JOINT: marked("both look for the reason and the way in"),
    JointKind.COACHING: marked("the rep leads, the manager watches and speaks afterwards"),
}

STATES: Mapping[JointState, str] = {
    JointState.DRAFT: marked("draft"),
    JointState.PLANNED: marked("planned"),
    JointState.HELD: marked("to be written up"),
    JointState.SHARED: marked("waits for the rep's word"),
    JointState.CLOSED: marked("acknowledged"),
    JointState.CANCELLED: marked("called off"),
}

QUESTIONS: Mapping[Answer, str] = {
    Answer.GOAL: marked("What was the goal?"),
    Answer.HAPPENED: marked("What happened?"),
    Answer.NEXT_TIME: marked("One thing next time?"),
}

ACTIONS: Mapping[Action, str] = {
    Action.PIN: marked("the customer comes onto the rep's next list"),
    Action.SCENARIO: marked("a scenario to play: %(title)s"),
}

NEWS: Mapping[str, str] = {
    JointState.PLANNED: marked("Your manager would like to come along."),
    JointState.CANCELLED: marked("A joint visit does not take place."),
    JointState.SHARED: marked("Your manager has written up the joint visit: what do you say?"),
    JointState.CLOSED: marked("The rep has acknowledged the joint visit."),
    "said": marked("There is a new comment on a joint visit."),
}
