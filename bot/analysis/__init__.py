"""The analytic methods on files, for people who have no bot: `ninebox analyse`."""
