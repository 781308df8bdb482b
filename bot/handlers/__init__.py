"""What the bot answers: each module handles a few commands and the buttons of their screens."""
