"""GET /attacks, GET /defences, POST /attack, POST /defend, POST /robustness."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from app.answering.describe import Responses, answers
from app.answering.events import EventStream, streaming, until_a_problem
from app.answering.fields import Seed
from app.answering.forms import IMAGES, JSON, form_of
from app.answering.respond import IfNoneMatch, accepted, respond
from app.answering.seeds import any_seed
from app.answering.shields import defences, shield_of
from app.answering.streaming import Streamed, streams
from app.answering.uploads import PhotographsDep
from app.attacks import service
from app.attacks.asked import MAX_RESTARTS, MAX_STEPS, PREDICTED, asked, radii_of
from app.attacks.robustness import norm_of, robustness_order
from app.attacks.schemas import (
    AttackAnswer,
    AttackBounds,
    AttackFacts,
    AttacksAnswer,
    DefenceFacts,
    DefencesAnswer,
    DefendAnswer,
    RobustnessAnswer,
)
from app.deps import RuntimeDep
from app.errors import ImageTooLarge, ImageUnreadable, NotReady
from app.problems import responses
from models.attacks.registry import ATTACKS
from models.capabilities import Classifier
from models.errors import AttackInvalid, DefenceInvalid
from models.robustness.protocol import protocol

router = APIRouter()

ClassifierId = Annotated[
    str,
    Form(
        min_length=1,
        max_length=64,
        description="The id of a model that is a `classifier`, as GET /v1/models lists them.",
        examples=["cnn-mnist"],
    ),
]
SeedField = Annotated[
    Seed | None, Form(description="Of all that is random; absent: one that the answer tells.", examples=[7])
]
AttackName = Annotated[str, Form(max_length=64, description="As GET /v1/attacks lists them.", examples=["pgd"])]
Norm = Annotated[
    str, Form(max_length=8, description="`linf` or `l2`; absent: the attack's usual one.", examples=["linf"])
]
Eps = Annotated[
    str,
    Form(
        max_length=100,
        description="How far an image may move, in steps of 1/255 (in `l2`: the length of the change, values in "
        "0..255): 8, or several such as 2,4,8. Floored to whole steps, so that the PNG stays in the ball. Attacks that "
        "look for the smallest change need none.",
        examples=["40"],
    ),
]
Steps = Annotated[
    int | None,
    Form(
        ge=1, description=f"Steps, or queries, at most {MAX_STEPS}; absent: the attack's usual number.", examples=[10]
    ),
]
Restarts = Annotated[
    int,
    Form(
        ge=1,
        le=MAX_RESTARTS,
        description="Starts of `pgd`, `pgd-margin` and `apgd`, each at random and of so many steps; an image that is "
        "fooled starts no more.",
        examples=[1],
    ),
]
Label = Annotated[
    str, Form(max_length=64, description="What the images show: a class by name or number, or `predicted`.")
]
Target = Annotated[
    str, Form(max_length=64, description="What they should be taken for; absent: anything but the label.")
]
DefenceValue = Annotated[
    float | None, Form(allow_inf_nan=False, description="Of the defence's parameter; absent: its usual value.")
]
ShieldName = Annotated[
    str,
    Form(
        alias="defence",
        max_length=64,
        description="What stands in front of the classifier, as GET /v1/defences lists them; absent: nothing.",
    ),
]
EveryStep = Annotated[
    bool, Form(description="Go on after the first success, for as sure an answer as the steps allow.")
]
Adaptive = Annotated[
    bool,
    Form(
        description="The attack goes through the defence. Otherwise it is made on the bare classifier and judged "
        "behind the defence (grey-box), which says little of the defence's worth."
    ),
]
NEWS = streaming(
    "An event `start` once the images are decoded, an event `attack` as soon as each attack is over, then one event "
    "`result`, whose data is the JSON answer. What goes wrong on the way is told in an event `problem`, the last. The "
    "data of each is one line of JSON.",
    'event: start\ndata: {"count":16,"attacks":["fgsm",…]}\n\nevent: attack\ndata: {"attack":"fgsm",…}\n\n'
    'event: result\ndata: {"model":"cnn-mnist",…}\n\n',
)


def streamed_too(documented: Responses) -> Responses:
    """The same answers, and the stream."""
    documented[200]["content"] |= NEWS
    return documented


@router.get("/attacks", tags=["attacks"], summary="List the attacks")
async def list_attacks() -> AttacksAnswer:
    """What can be asked of POST /v1/attack: norms, goals, what each attack needs to know, and bounds."""
    return AttacksAnswer(
        attacks=[
            AttackFacts(
                name=each.name,
                title=each.title,
                paper=each.paper,
                norms=[norm.name for norm in each.norms],
                knowledge=each.knowledge,
                goals=list(each.goals),
                steps=min(each.steps, MAX_STEPS),
                least=each.least,
                restarts=each.restarts,
            )
            for each in ATTACKS
        ],
        bounds=AttackBounds(),
    )


@router.get("/defences", tags=["attacks"], summary="List the defences", responses=responses(NotReady))
async def list_defences(runtime: RuntimeDep) -> DefencesAnswer:
    """What can stand in front of a classifier: each takes one value, and gradients go through all of them.

    Denoisers are models, under their own ids; they stand in front of classifiers that take images like theirs.
    """
    return DefencesAnswer(
        defences=[
            DefenceFacts(
                name=each.name,
                title=each.title,
                paper=each.paper,
                parameter=each.parameter,
                low=each.low,
                high=each.high,
                default=each.default,
                random=each.random,
                takes=takes,
            )
            for each, takes in defences(runtime)
        ]
    )


@router.post(
    "/attack",
    tags=["attacks"],
    summary="Make images that fool a classifier",
    response_class=Response,
    responses=answers(IMAGES, AttackAnswer, AttackInvalid, DefenceInvalid, ImageUnreadable, ImageTooLarge),
)
async def post_attack(
    model: ClassifierId,
    pictures: PhotographsDep,
    request: Request,
    runtime: RuntimeDep,
    attack: AttackName = "pgd",
    norm: Norm = "",
    eps: Eps = "",
    steps: Steps = None,
    restarts: Restarts = 1,
    label: Label = PREDICTED,
    target: Target = "",
    defence_name: ShieldName = "",
    defence_value: DefenceValue = None,
    adaptive: Adaptive = True,
    every_step: EveryStep = False,
    seed: SeedField = None,
    if_none_match: IfNoneMatch = "",
) -> Response:
    """Success is decided on the 8-bit image that is sent: it lies in the ball, and the classifier was asked about it.

    Of each image and each eps come three: the original, the change (amplified, around grey), the adversarial image.
    Images that the classifier has wrong already are not attacked. An image of another size than the model takes is cut
    around its centre and made to fit, as in POST /v1/classify.
    """
    runtime.get(model, Classifier)
    form = form_of(accepted(request), IMAGES)
    plan = asked(
        runtime.card(model),
        name=attack,
        norm=norm,
        eps=eps,
        steps=steps,
        restarts=restarts,
        label=label,
        target=target,
        every_step=every_step,
    )
    shield = shield_of(runtime, model, defence_name, defence_value, adaptive=adaptive) if defence_name else None
    chosen = any_seed() if seed is None else seed
    order = service.attack_order(runtime, model, pictures, form, asked=plan, shield=shield, seed=chosen)
    return await respond(request, runtime, order, if_none_match)


@router.post(
    "/defend",
    tags=["attacks"],
    summary="See what a defence makes of images",
    response_class=Response,
    responses=answers(IMAGES, DefendAnswer, DefenceInvalid, ImageUnreadable, ImageTooLarge),
)
async def post_defend(
    model: ClassifierId,
    pictures: PhotographsDep,
    request: Request,
    runtime: RuntimeDep,
    defence_name: Annotated[
        str, Form(alias="defence", max_length=64, description="As GET /v1/defences lists them.", examples=["jpeg"])
    ],
    value: DefenceValue = None,
    seed: SeedField = None,
    if_none_match: IfNoneMatch = "",
) -> Response:
    """What the classifier says with and without the defence: of clean images, or of adversarial ones.

    Of each image come three: the original, what the defence changed (amplified, around grey), and what it leaves.
    """
    form = form_of(accepted(request), IMAGES)
    runtime.get(model, Classifier)
    shield = shield_of(runtime, model, defence_name, value, adaptive=True)
    order = service.defend_order(runtime, model, pictures, form, shield=shield, seed=shield.seed(seed))
    return await respond(request, runtime, order, if_none_match)


@router.post(
    "/robustness",
    tags=["attacks"],
    summary="See what attacks leave of a classifier's accuracy",
    response_class=Response,
    responses=streamed_too(
        answers((JSON,), RobustnessAnswer, AttackInvalid, DefenceInvalid, ImageUnreadable, ImageTooLarge)
    ),
)
async def post_robustness(
    model: ClassifierId,
    pictures: PhotographsDep,
    request: Request,
    runtime: RuntimeDep,
    protocol_name: Annotated[
        str, Form(alias="protocol", max_length=16, description="`quick`, `standard`, or `rand` for random defences.")
    ] = "quick",
    norm: Annotated[str, Form(max_length=8, description="`linf` or `l2`.")] = "linf",
    eps: Annotated[str, Form(max_length=20, description="The radius in steps of 1/255.", examples=["8"])] = "8",
    label: Annotated[
        str,
        Form(
            max_length=10_000,
            description="What the images show: a class for all, or one each with commas between; or `predicted`.",
        ),
    ] = PREDICTED,
    defence_name: ShieldName = "",
    defence_value: DefenceValue = None,
    seed: SeedField = None,
    if_none_match: IfNoneMatch = "",
) -> Response:
    """A fixed protocol, from cheap attacks to dear, each only on the images that no earlier one broke.

    An image is robust if no attack broke it. **Flags** say when the figures are not to be trusted: when an attack
    without gradients breaks what none with gradients could, when gradients are zero, when answers are random.

    With `Accept: text/event-stream` each attack is told as soon as it is over, and no deadline counts; leave, and the
    work stops.
    """
    runtime.get(model, Classifier)
    accept = accepted(request)
    live_asked = streams(accept, (JSON,))
    if not live_asked:
        form_of(accept, (JSON,))
    used, measure = protocol(protocol_name), norm_of(norm)
    (radius, *more) = radii_of(runtime.card(model), eps, measure, least=False)
    if more:
        raise AttackInvalid(f"eps has {1 + len(more)} values; the protocol takes one and draws a curve around it")
    shield = shield_of(runtime, model, defence_name, defence_value, adaptive=True) if defence_name else None
    order_of = partial(
        robustness_order,
        runtime,
        model,
        pictures,
        label=label,
        protocol=used,
        norm=measure,
        eps=radius,
        shield=shield,
        seed=any_seed() if seed is None else seed,
    )
    if not live_asked:
        return await respond(request, runtime, order_of(), if_none_match)
    live = Streamed(runtime, lambda tell: order_of(tell=tell))
    await live.begin()
    return EventStream(until_a_problem(request, live.events()), close=live.close)
