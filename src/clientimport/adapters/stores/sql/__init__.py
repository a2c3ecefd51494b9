"""The store in a SQL database: a file of our own, or an engine or connection of the host."""

from clientimport.adapters.stores.sql.schema import Step, newest, steps
from clientimport.adapters.stores.sql.store import SqlStore, SqlUnitOfWork

__all__ = ["SqlStore", "SqlUnitOfWork", "Step", "newest", "steps"]
