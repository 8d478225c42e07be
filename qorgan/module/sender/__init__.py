"""The sender: batches out of the spool to the hub, and the hub's receipts back into it."""
