"""A plan as text and as JSON."""

from clientimport.reports.documents import plan_dict, plan_document
from clientimport.reports.texts import plan_text

__all__ = ["plan_dict", "plan_document", "plan_text"]
