"""The pulse of each source: how much it usually gives at this hour of this day, and when that is not so any more."""
