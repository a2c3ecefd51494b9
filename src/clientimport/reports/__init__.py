"""Plans and receipts as people and programs read them: text, JSON, workbook, HTML, and rows to give back."""
