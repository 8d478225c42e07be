"""Days of the journal that are past their three months: sealed Parquet files, named in the journal's own chain."""
