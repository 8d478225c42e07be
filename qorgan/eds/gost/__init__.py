"""The Kazakh and Russian algorithms: hashes of GOST R 34.11-2012 and GOST 34.311-95, the signature of GOST R 34.10."""
