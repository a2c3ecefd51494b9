"""What a host is handed: values to look at first, then what can be done with them."""

from clientimport.handles.plan import Bench, Plan, Reopen
from clientimport.handles.receipt import Receipt, Undone

__all__ = ["Bench", "Plan", "Receipt", "Reopen", "Undone"]
