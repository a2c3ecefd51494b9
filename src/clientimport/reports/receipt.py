"""A receipt as text, JSON, workbook and HTML."""

from clientimport.reports.documents import receipt_dict, receipt_document, receipt_summary
from clientimport.reports.html import receipt_html, write_receipt_html
from clientimport.reports.receipt_workbook import write_receipt_xlsx
from clientimport.reports.texts import receipt_lines, receipt_text

__all__ = [
    "receipt_dict",
    "receipt_document",
    "receipt_html",
    "receipt_lines",
    "receipt_summary",
    "receipt_text",
    "write_receipt_html",
    "write_receipt_xlsx",
]
