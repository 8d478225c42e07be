"""The local page: how the module does, for whoever stands at this machine, in three languages."""
