"""Numbers, playbooks and words that a company may edit, with the schemas that check them."""
