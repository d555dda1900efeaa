"""The offline half: data, recipes, the loop that trains them, metrics and the export of checkpoints."""
