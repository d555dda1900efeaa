"""Images in multipart forms: the field `image`, once or several times."""

from typing import Annotated

from fastapi import Depends, File, Form, UploadFile
from pydantic import Field, WithJsonSchema

from app import codec
from app.answering.framing import Fit
from app.answering.pictures import Pictures

Upload = Annotated[UploadFile, WithJsonSchema({"type": "string", "format": "binary"})]  # Swagger UI: a file chooser


Uploads = Annotated[
    list[Upload],
    Field(min_length=1),
    File(description="PNG, JPEG, WebP, GIF or BMP; one image, or the field several times."),
]


async def pictures_of(
    image: Uploads,
    resize: Annotated[
        bool, Form(description="Make an image of another size fit. Without it such an image is refused.")
    ] = False,
) -> Pictures:
    """The files of a request."""
    return Pictures([await each.read() for each in image], codec.stretched if resize else codec.exact)


async def photographs_of(image: Uploads) -> Pictures:
    """The files of a request, of any size: what counts is in the middle."""
    return Pictures([await each.read() for each in image], codec.centred)


PhotographsDep = Annotated[Pictures, Depends(photographs_of)]
PicturesDep = Annotated[Pictures, Depends(pictures_of)]


async def files_of(image: Uploads) -> list[bytes]:
    """The files of a request as they came."""
    return [await each.read() for each in image]


FilesDep = Annotated[list[bytes], Depends(files_of)]
FitField = Annotated[
    Fit,
    Form(
        description="What becomes of an image of another size than the model takes. `exact`: it is refused. `resize`: "
        "it is stretched. `pad`: it is made to fit as a whole, in its own proportions. `tile`: it stays as it is, and "
        "frames of the model's size cover it, overlapping.",
        examples=["tile"],
    ),
]
