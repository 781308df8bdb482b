"""What happens by itself. APScheduler is the heartbeat; what is owed is in the database."""
