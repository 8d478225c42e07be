"""Pages of documents for people: the inbox, a document, its form, queues, the situation page."""
