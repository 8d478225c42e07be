"""What a person has: a secret in an app, which makes a code every thirty seconds."""
