"""The pages, and the files they load: all from this package, none from elsewhere."""
