"""From images to the styles that draw them."""
