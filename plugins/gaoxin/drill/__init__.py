"""People imitated: made-up returns, scenarios and the player of a campaign. Nothing that a real installation needs."""
