"""Finds entries in the tables and in the archives by one function (D26.journal, R48.161.4)."""
