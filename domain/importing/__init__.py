"""A roster: sheets of text in, drafts and row issues out."""
