"""spreadsheet."""
