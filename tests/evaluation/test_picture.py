"""The picture can be read by people and by machines."""

from xml.etree import ElementTree as ET

import pytest

from gateway.evaluation.measures import Figure, Figures
from gateway.evaluation.picture import draw
from gateway.evaluation.question import Task
from gateway.evaluation.report import Entry, Evaluation

SVG = "{http://www.w3.org/2000/svg}"


def entry(task, name, rate, *, ours):
    share = Figure(rate, (max(0, rate - 0.02), rate + 0.02))
    figures = Figures(
        questions=500, answered=1.0, hit_rate=share, mrr=share, ndcg=share, recall=share, coverage=0.5, novelty=7.0
    )  # fmt: skip
    return Entry(task, name, ours, figures)


@pytest.fixture
def evaluation():
    entries = (
        entry(Task.NEXT, "popularity", 0.0, ours=False),
        entry(Task.NEXT, "personal", 0.4, ours=True),
        entry(Task.CART, "<cart> & co", 0.3, ours=True),
    )
    return Evaluation(
        tenant_id="a<b", products=10, learnt_events=1000, learnt_visits=300, days=6.0, seconds=1.0, entries=entries,
        left_out={"EASE": "too large"},
    )  # fmt: skip


def test_every_contender_has_a_bar_as_long_as_its_hit_rate(evaluation):
    drawn = ET.fromstring(draw(evaluation))
    bars = [float(bar.get("width")) for bar in drawn.iter(f"{SVG}rect") if bar.get("class") == "bar"]
    assert len(bars) == 3
    assert bars[0] == max(bars) > 300  # the best of a task stands first
    assert bars[1] == 0
    words = "".join(text.text or "" for text in drawn.iter(f"{SVG}text"))
    assert "a<b" in words
    assert "<cart> & co" in words
    assert "40.0%" in words


def test_every_task_is_on_one_scale_which_is_written(evaluation):
    drawn = ET.fromstring(draw(evaluation))
    bars = [float(bar.get("width")) for bar in drawn.iter(f"{SVG}rect") if bar.get("class") == "bar"]
    rates = {text.text: float(text.get("x")) for text in drawn.iter(f"{SVG}text") if "rate" in text.get("class", "")}
    assert [*rates] == ["0%", "10%", "20%", "30%", "40%"]
    assert bars[0] == pytest.approx(rates["40%"] - rates["0%"], abs=0.2)  # 0.4 of one task
    assert bars[2] == pytest.approx(rates["30%"] - rates["0%"], abs=0.2)  # 0.3 of another


def test_a_baseline_is_hatched_and_a_strategy_is_not(evaluation):
    drawn = ET.fromstring(draw(evaluation))
    fills = [bar.get("fill") for bar in drawn.iter(f"{SVG}rect") if bar.get("class") == "bar"]
    assert fills == ["#111", "url(#hatch)", "#111"]
    assert drawn.find(f".//{SVG}pattern[@id='hatch']") is not None


def test_nothing_is_drawn_outside(evaluation):
    drawn = ET.fromstring(draw(evaluation))
    width, height = (float(drawn.get(side)) for side in ("width", "height"))
    for shape in drawn.iter():
        if shape.tag in (f"{SVG}rect", f"{SVG}text") and shape.get("x"):
            assert 0 <= float(shape.get("x")) <= width
            assert 0 <= float(shape.get("y")) <= height
