"""What the bot says without being asked, a module for each room; what is owed lies in the outbox."""
