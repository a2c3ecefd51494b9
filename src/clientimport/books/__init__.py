"""What a host does with the books: ``importer.openings``, ``importer.payments``, ``importer.periods``."""

from clientimport.books.openings import Balance, Openings
from clientimport.books.payments import Payments
from clientimport.books.periods import HostPeriods, Periods

__all__ = ["Balance", "HostPeriods", "Openings", "Payments", "Periods"]
