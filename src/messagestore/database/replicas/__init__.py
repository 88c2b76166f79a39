"""Replicas: streaming replicas of the primary that answer what is only read."""

from messagestore.database.replicas.opening import opened_reader
from messagestore.database.replicas.own_writes import OwnWrites
from messagestore.database.replicas.replica import Replica
from messagestore.database.replicas.replicas import Replicas

__all__ = ["OwnWrites", "Replica", "Replicas", "opened_reader"]
