"""What the portal keeps of its own: a person's language, counters of wrong attempts, shared short-lived values.

None of it belongs to an organisation, so none of it is isolated by row.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Preference(models.Model):
    """How a person wants the portal to be, on every device."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="preference"
    )
    language = models.CharField(max_length=2)
    """'kk', 'ru' or 'en'."""

    class Meta:
        db_table = "portal_preference"

    def __str__(self) -> str:
        return f"{self.person_id}: {self.language}"


class Attempts(models.Model):
    """Wrong attempts against one key since its window began. `lockout` alone writes it, by one atomic statement."""

    key = models.CharField(primary_key=True, max_length=64)
    """SHA-256 of what is counted, so that no address of mail or network lies here in the open."""
    window_began = models.DateTimeField()
    failures = models.IntegerField()

    class Meta:
        db_table = "portal_attempts"
        indexes = (models.Index(fields=["window_began"], name="portal_attempts_began"),)

    def __str__(self) -> str:
        return f"{self.key[:8]}: {self.failures}"


class CachedValue(models.Model):
    """The table of Django's database cache: rate limits and used codes are the same for all processes."""

    cache_key = models.CharField(primary_key=True, max_length=255)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "portal_cache"

    def __str__(self) -> str:
        return self.cache_key
