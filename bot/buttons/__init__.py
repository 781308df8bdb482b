"""Every button there is, by room. A changed form gets a new code: old messages are known to be old."""
