"""What pages of every program share: headers, static files, built scripts, the language. Django is known here."""
