"""Finds numbers of people, accounts, cards and phones in a text (R67.4). Pure; module and hub both look with it."""
