"""What can go wrong at the edge, in words a client can act on; app/problems.py gives each its HTTP status.

models.errors.ZerosumError
└── EdgeError
    ├── ModelUnknown          no checkpoint of that name is served
    ├── ModelFailed           the checkpoint is there, but could not be loaded
    ├── CapabilityMissing     the model cannot do what was asked
    ├── SamplesMissing        the checkpoint has no samples.png
    ├── ExampleUnknown        no example image has that name
    ├── DeviceMissing         the settings name a device that this machine does not have
    ├── TooManyImages         more images than one request may ask for
    ├── ImageUnreadable       no image that can be decoded, or one that it would take a guess to convert
    ├── ImageTooLarge         an image of more pixels than the server decodes
    ├── ImageSizeWrong        an image of another size than the model takes
    ├── UpscaleInvalid        a small image, or a plan to enlarge it, that the model has no answer to
    ├── MethodUnknown         the lab has no method of that name
    ├── TargetUnknown         the lab has no target of that name
    ├── LabBusy               as many runs of the lab are played as the bound allows
    ├── NotAcceptable         no media type that Accept allows
    ├── MediaTypeUnsupported  a body that is no JSON
    ├── BodyMalformed         a body that says JSON and is none
    ├── BodyTooLarge          a body past the limit
    ├── Unauthorised          no bearer key, or a wrong one
    ├── OriginForbidden       a page of another site, or a name that is not this machine's
    ├── QueueFull             more work waits than the bound allows; carries when to come back
    ├── DeadlineExceeded      the answer was not ready in time
    ├── ClientGone            nobody waits for the answer any more
    ├── NotReady              the models are still being loaded
    └── ShuttingDown          the server finishes what it accepted and takes nothing new
"""

from models.errors import ZerosumError


class EdgeError(ZerosumError):
    """The root of what the server itself refuses."""


class ModelUnknown(EdgeError):
    """No checkpoint of that name is served."""


class ModelFailed(EdgeError):
    """The checkpoint is there, but could not be loaded."""


class CapabilityMissing(EdgeError):
    """The model cannot do what was asked."""


class SamplesMissing(EdgeError):
    """The checkpoint has no samples.png."""


class ExampleUnknown(EdgeError):
    """No example image has that name."""


class DeviceMissing(EdgeError):
    """The settings name a device that this machine does not have."""


class TooManyImages(EdgeError):
    """More images than one request may ask for."""


class ImageUnreadable(EdgeError):
    """The file is no image that can be read, or one that is animated or transparent."""


class ImageTooLarge(EdgeError):
    """The image has more pixels than the server decodes."""


class ImageSizeWrong(EdgeError):
    """The image has another size than the model takes."""


class UpscaleInvalid(EdgeError):
    """A small image that the model's images cannot have become, or a plan beyond its bounds."""


class MethodUnknown(EdgeError):
    """The lab has no method of that name."""


class TargetUnknown(EdgeError):
    """The lab has no target of that name."""


class LabBusy(EdgeError):
    """As many runs of the lab are being played as the server plays at once."""


class NotAcceptable(EdgeError):
    """No media type that Accept allows can be given."""


class MediaTypeUnsupported(EdgeError):
    """The body is of a type that the endpoint does not read."""


class BodyMalformed(EdgeError):
    """The body says it is JSON and is none."""


class BodyTooLarge(EdgeError):
    """The body is larger than the server reads."""


class Unauthorised(EdgeError):
    """The bearer key is missing or wrong."""


class OriginForbidden(EdgeError):
    """The request comes from another site's page, or names a host that is not this machine."""


class QueueFull(EdgeError):
    """More work waits than the bound allows."""

    def __init__(self, message: str, *, retry_after: float) -> None:
        """`retry_after`: seconds until the work that waits now is likely done."""
        super().__init__(message)
        self.retry_after = retry_after


class DeadlineExceeded(EdgeError):
    """The answer was not ready in time."""


class ClientGone(EdgeError):
    """Nobody waits for the answer any more."""


class NotReady(EdgeError):
    """The models are still being loaded."""


class ShuttingDown(EdgeError):
    """The server finishes what it accepted and takes nothing new."""
