"""Images in multipart forms: the field `image`, once or several times."""

from typing import Annotated

from fastapi import Depends, File, Form, UploadFile
from pydantic import Field, WithJsonSchema

from app import codec
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
