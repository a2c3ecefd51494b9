"""The store in a SQL database, through SQLAlchemy or on a connection of the host."""

from clientimport.adapters.stores.sql.schema import Step, newest, steps
from clientimport.adapters.stores.sql.store import SqlStore, SqlUnitOfWork

__all__ = ["SqlStore", "SqlUnitOfWork", "Step", "newest", "steps"]
