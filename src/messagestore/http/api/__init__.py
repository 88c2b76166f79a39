"""The API: REST over everything in the service layer, below /api/v1."""

from messagestore.http.api.router import router

__all__ = ["router"]
