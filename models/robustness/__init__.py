"""How much of a classifier's accuracy attacks leave: a fixed protocol."""
