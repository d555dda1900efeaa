"""Style-based samplers."""
