"""What every test runs under: shapes are checked, and torch keeps to one thread."""

from jaxtyping import install_import_hook

install_import_hook("models", "beartype.beartype")  # before anything imports models

import torch  # noqa: E402 - after the hook, like everything else

torch.set_num_threads(1)  # two cores are shared with other work, and results stay the same to the last bit
