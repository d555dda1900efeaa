"""What the fields of a card mean, for readers of the API who do not have models/card.py before them."""

FIELDS: dict[str, dict[str, str]] = {
    "ModelCard": {
        "schema_version": "Of the card itself.",
        "id": "Its name in requests, and its folder under weights/.",
        "title": "Its name for people.",
        "family": "The architecture.",
        "capabilities": "What the model can be asked for.",
        "input": "The images that it takes, if any.",
        "output": "The images that it makes, if any.",
        "data": "What it learned from.",
        "training": "How the weights came to be, where they were trained here.",
        "imported": "Where the weights came from, where others trained them.",
        "metrics": "What was measured, each with the command that prints the number again.",
        "published": "Figures of the paper, for scale.",
        "papers": "What it follows.",
        "intended_use": "What it was made for.",
        "limits": "What it cannot do.",
    },
    "DataFacts": {"licence": "Of the data."},
    "TrainingFacts": {
        "recipe": "The algorithm, by its name in this repository.",
        "preset": "The set of parameters that the recipe started from.",
        "seed": "Of the whole run.",
        "steps": "Updates of the generator or classifier.",
        "images_seen": "Training images, counted each time.",
        "hardware": "What it ran on.",
        "precision": "Of the arithmetic.",
        "torch": "The version of torch.",
    },
    "Metric": {"value": "As measured."},
    "Published": {
        "metric": "As the paper names it.",
        "value": "As the paper prints it.",
        "source": "Where the paper says so.",
    },
}
