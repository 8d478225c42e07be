"""Batches and receipts as files, where no connection leads to the centre."""
