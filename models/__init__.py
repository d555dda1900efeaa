"""The networks and their contracts: torch only, no HTTP, no PIL, no training."""
