"""Retention: messages are kept for so many days, and then go; docs/howto/retention.md."""

from messagestore.retention.plan import DuePartition, Plan
from messagestore.retention.retention import Retained, Retention, keep_retaining
from messagestore.retention.rules import Rules

__all__ = ["DuePartition", "Plan", "Retained", "Retention", "Rules", "keep_retaining"]
