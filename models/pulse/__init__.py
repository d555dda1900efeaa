"""PULSE: super-resolution as a search in a generator's latent space (Menon et al. 2020, arXiv:2003.03808)."""
