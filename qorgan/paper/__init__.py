"""Papers: sheets and letters as PDF and DOCX, with the fonts inside, the same at the hub and in a module."""
