"""The ledger's tables and the batches it speaks for, as Django reads them (R48I.3)."""
