"""An evaluation as a picture (SVG): hit rates with their intervals, strategies black and baselines hatched: it can be printed."""

from collections.abc import Iterator, Sequence
from html import escape

from gateway.evaluation.measures import AT
from gateway.evaluation.question import ABOUT, Task
from gateway.evaluation.report import Entry, Evaluation

_WIDTH, _NAMES, _RIGHT = 760, 170, 110
_BAR, _STEP, _HEAD, _TOP = 16, 24, 46, 74
_PLOT = _WIDTH - _NAMES - _RIGHT
_FOOT = 34  # room for the axis
_STEPS, _MOST_LINES = (0.01, 0.02, 0.05, 0.1, 0.2), 6
_CAP = 4  # half the height of an interval's end
_STYLE = (
    "text{font:13px system-ui,sans-serif;fill:#111}.title{font-size:18px;font-weight:600}.task{font-weight:600}"
    ".note{font-size:12px;fill:#444}.line{stroke:#ccc;stroke-width:1}.bar{stroke:#111;stroke-width:1}.whisker{stroke:#111;stroke-width:1.5;fill:none}"
)
_HATCH = (
    '<pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect width="6" height="6" fill="#fff"/><line y2="6" stroke="#555" stroke-width="2"/></pattern>'
)


def draw(evaluation: Evaluation) -> str:
    """The whole picture, white behind, 760 wide."""
    tasks = [(task, evaluation.of(task)) for task in Task if evaluation.of(task)]
    bottom = _TOP + sum(_HEAD + _STEP * len(entries) for _, entries in tasks)
    height = bottom + _FOOT
    longest = max((entry.figures.hit_rate.interval[1] for entry in evaluation.entries), default=0) or 1.0
    held = f"the last {evaluation.days:.1f} days held out, {evaluation.learnt_events:,} events learnt from"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{height}" viewBox="0 0 {_WIDTH} {height}" role="img">',
        f"<title>Hit rate at {AT}, {escape(evaluation.tenant_id)}</title><style>{_STYLE}</style><defs>{_HATCH}</defs>",
        f'<rect width="{_WIDTH}" height="{height}" fill="#fff"/>',
        f'<text class="title" x="16" y="30">{escape(evaluation.tenant_id)}: hit rate at {AT}</text>',
        f'<text class="note" x="16" y="50">{held}; black: strategies, hatched: baselines; whiskers: 95 %</text>',
        *_axis(longest, bottom),
    ]
    top = _TOP
    for task, entries in tasks:
        parts += _panel(task, entries, top, _PLOT / longest)
        top += _HEAD + _STEP * len(entries)
    return "\n".join([*parts, "</svg>", ""])


def _axis(longest: float, bottom: int) -> Iterator[str]:
    """The scale of all panels, from nothing to the longest whisker: a line and its rate at every round step."""
    step = next((step for step in _STEPS if longest / step <= _MOST_LINES), 1.0)
    for number in range(int(longest / step) + 1):
        at = _NAMES + _PLOT * number * step / longest
        yield f'<path class="line" d="M{at:.1f} {_TOP}V{bottom}"/>'
        yield f'<text class="note rate" x="{at:.1f}" y="{bottom + 16}" text-anchor="middle">{number * step:.0%}</text>'


def _panel(task: Task, entries: Sequence[Entry], top: int, scale: float) -> Iterator[str]:
    """One task: its sentence, then a bar a contender; `scale`: how wide a hit rate of 1 would be."""
    yield f'<text class="task" x="16" y="{top + 18}">{task}: {ABOUT[task]} ({entries[0].figures.questions:,} questions)</text>'
    for number, entry in enumerate(entries):
        yield from _bar(entry, top + 30 + number * _STEP, scale)


def _bar(entry: Entry, top: int, scale: float) -> Iterator[str]:
    rate = entry.figures.hit_rate
    low, high = (_NAMES + scale * end for end in rate.interval)
    middle = top + _BAR / 2
    fill = "#111" if entry.ours else "url(#hatch)"
    line = f"M{low:.1f} {middle}H{high:.1f}M{low:.1f} {middle - _CAP}V{middle + _CAP}M{high:.1f} {middle - _CAP}V{middle + _CAP}"
    yield f'<text x="{_NAMES - 8}" y="{top + 13}" text-anchor="end">{escape(entry.name)}</text>'
    yield f'<rect class="bar" x="{_NAMES}" y="{top}" width="{scale * rate.value:.1f}" height="{_BAR}" fill="{fill}"/>'
    yield f'<path d="{line}" stroke="#fff" stroke-width="4"/><path class="whisker" d="{line}"/>'
    yield f'<text x="{high + 8:.1f}" y="{top + 13}">{rate.value:.1%}</text>'
