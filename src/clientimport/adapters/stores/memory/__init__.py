"""The store in memory: the model that other stores are compared with, and the store of ``Importer("memory:")``."""

from clientimport.adapters.stores.memory.ledger import MemoryLedger
from clientimport.adapters.stores.memory.store import (
    MemoryActivity,
    MemoryClients,
    MemoryRuns,
    MemoryStore,
    MemoryUnitOfWork,
)

__all__ = ["MemoryActivity", "MemoryClients", "MemoryLedger", "MemoryRuns", "MemoryStore", "MemoryUnitOfWork"]
