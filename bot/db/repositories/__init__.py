"""One class for each thing that is stored. They flush and never commit."""
