"""The scenario coach: what is asked, how it is graded, and which scenario the week makes timely."""
