"""When somebody is reminded of something: by their own hours, days off and pauses, and never too often."""
