"""The contract between an institution's module and the centre's hub: the only shapes that travel."""
