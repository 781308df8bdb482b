"""What the bot says in many places, in English."""

NOT_FOUND = "I cannot find that. Perhaps it is no longer there."
NOT_ALLOWED = "Your role does not include this."
