"""A PostgreSQL server of our own: started, watched and stopped with the program that needs it."""

from qorgan.kit.postgres.cluster import Cluster, Running
from qorgan.kit.postgres.errors import ClusterError, StartError

__all__ = ["Cluster", "ClusterError", "Running", "StartError"]
