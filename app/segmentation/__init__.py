"""What is where in images."""
