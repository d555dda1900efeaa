"""The mode-collapse lab: GANs and their cures on mixtures in the plane, where collapse can be seen and counted."""
