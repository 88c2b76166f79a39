"""Adapters: what a provider sends (bytes and headers) becomes events; nothing here does I/O."""

from messagestore.providers.provider import Provider
from messagestore.providers.registry import get_provider, provider_names

__all__ = ["Provider", "get_provider", "provider_names"]
