"""Walking through latents, and from images to latents and back."""
