"""Images that fool classifiers, and what stands against them."""
