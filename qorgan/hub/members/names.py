"""What organisations and modules are called, for pages that show many rows of them."""

from __future__ import annotations

from uuid import UUID

from qorgan.hub.members.models import Module, Organisation


def organisation_names(language: str) -> dict[UUID, str]:
    """The name of every organisation that whoever asks may see, in 'kk', 'ru' or 'en', in the order of the names."""
    column = f"name_{language if language in {'kk', 'ru'} else 'en'}"
    return dict(Organisation.objects.order_by(column).values_list("pk", column))


def module_name(module: UUID) -> str:
    """The name of a module; '' when it is not to be seen."""
    return Module.objects.filter(pk=module).values_list("name", flat=True).first() or ""
