"""Critics' estimates as tables and as a document."""

from collections.abc import Sequence

from training.lab.course import Course


def report(courses: Sequence[Course]) -> str:
    """A table a run."""
    return "\n\n".join(map(table, courses)) + "\n"


def table(course: Course) -> str:
    """Step, estimate and distance at every sheet, and their correlation."""
    rows = zip(course.sheets, course.estimate, course.distance, strict=True)
    return "\n".join(
        [
            f"### {course.run}",
            "",
            f"Spearman's rank correlation of estimate and distance over {len(course.sheets)} sheets: "
            f"{course.correlation:.2f}",
            "",
            f"| step | estimate | {course.metric} |",
            "|---:|---:|---:|",
            *(f"| {step:,.0f} | {estimate:.4g} | {distance:.4g} |" for step, estimate, distance in rows),
        ]
    )


def document(course: Course) -> dict[str, object]:
    """What the picture shows of a run."""
    return {
        "run": course.run,
        "metric": course.metric,
        "spearman": course.correlation,
        "sheets": [
            {"step": int(step), "estimate": float(f"{estimate:.6g}"), "distance": float(f"{distance:.6g}")}
            for step, estimate, distance in zip(course.sheets, course.estimate, course.distance, strict=True)
        ],
    }
