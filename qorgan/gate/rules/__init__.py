"""The rules as pure functions: from what was proven to Allowed, or Refused with the rule and what lacks."""
