"""The journal of sign-ins and of changes of accounts and rights: rows are added, never changed, and chained."""
