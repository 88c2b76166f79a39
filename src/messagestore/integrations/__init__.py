"""Hooks into bot frameworks: one module a framework, each an extra of the package."""
