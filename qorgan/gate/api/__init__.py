"""The gate without pages: ceremonies, sessions and devices over HTTP and JSON, for an institution's own apps."""
