"""The vocabulary of shapes. One letter a dimension: b batch, c channels, h w pixels, d latent or feature, k classes."""

from jaxtyping import Float, Int
from torch import Tensor

Images = Float[Tensor, "b c h w"]  # RGB or grey in [0, 1]
Latents = Float[Tensor, "b d"]
Features = Float[Tensor, "b d"]
Codes = Float[Tensor, "b e"]  # the columns of codes, apart from the noise they stand behind
Logits = Float[Tensor, "b k"]
Scores = Float[Tensor, " b"]  # one number an image: a critic's logit, a truncation
Labels = Int[Tensor, " b"]
Guesses = Float[Tensor, "b g"]  # what a latent finder says
Style = Float[Tensor, "b s"]  # w of a style-based generator
Styles = Float[Tensor, "b l s"]  # a style for each of l layers
Noise = Float[Tensor, "b n"]  # the noise of all layers, flat
SmallImages = Float[Tensor, "b c i j"]  # beside Images of another size
OtherImages = Float[Tensor, "b o h w"]  # beside Images of another number of channels
Heat = Float[Tensor, "b h w"]  # how anomalous each pixel is
ClassMaps = Float[Tensor, "b k h w"]  # scores of each class at each pixel
Masks = Int[Tensor, "b h w"]  # a class at each pixel
