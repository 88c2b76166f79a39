"""Adapters: what a provider sends (bytes and headers) becomes events; nothing here does I/O."""

from messagestore.providers.provider import NO_HEADERS, Provider
from messagestore.providers.registry import (
    add_mappings,
    get_provider,
    has_provider,
    provider_names,
    secrets_of,
)

__all__ = [
    "NO_HEADERS",
    "Provider",
    "add_mappings",
    "get_provider",
    "has_provider",
    "provider_names",
    "secrets_of",
]
