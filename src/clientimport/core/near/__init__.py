"""Near matches: how much two clients are alike, whom to compare at all, and how that stands in a plan."""
