"""The planner: what a change takes, what weeks would find, and the draft that goes on with it."""

import html
import re

import pytest

from tests.console.visiting import enter


async def test_the_planner_reads_what_is_missing_from_what_is_told(staffed):
    http = await enter(staffed, "analyst")
    asked = {
        "metric": "revenue_per_unit",
        "lift": "5",
        "baseline": "10000",
        "deviation": "30000",
        "per_day": "5000",
        "variants": "3",
    }
    answer = await http.get("/console/planner", params=asked)
    assert answer.status_code == 200
    assert answer.text.count("<tr>") == 2 + 3 + 6
    for wrong in (
        {"lift": "x"},
        {"lift": "0"},
        {"variants": "1"},
        {"metric": "none"},
        {"unit": "CAT"},
        {"alpha": "99"},
        {"per_day": "nan"},
    ):
        refused = await http.get("/console/planner", params={**asked, **wrong})
        assert refused.status_code == 400, wrong
        assert 'role="alert"' in refused.text


async def test_what_a_number_of_weeks_would_find_takes_as_many_units_as_are_asked_for_it(staffed):
    http = await enter(staffed, "analyst")
    asked = {"metric": "clicked", "lift": "5", "baseline": "0.143", "per_day": "369", "variants": "3"}
    page = (await http.get("/console/planner", params=asked)).text
    weekly, lift = re.findall(r'<td class="number">1</td><td class="number">([0-9,]+)</td><td class="number">\+([0-9.]+)', page)[
        0
    ]
    page = (await http.get("/console/planner", params={**asked, "lift": lift})).text
    [needed] = re.findall(r'Once, at the end</th><td class="number">[0-9,]+</td><td class="number">([0-9,]+)</td>', page)
    assert int(needed.replace(",", "")) == pytest.approx(int(weekly.replace(",", "")), rel=0.01)


async def test_the_planner_says_whose_units_it_goes_by(staffed):
    http = await enter(staffed, "analyst")
    asked = {"metric": "conversion", "lift": "5", "baseline": "0.03", "per_day": "4000"}
    assert "units a day of all units of the shop" in (await http.get("/console/planner", params=asked)).text
    page = (await http.get("/console/planner", params={**asked, "placement": "item_page.similar"})).text
    assert "units a day of units that were shown item_page.similar" in page
    refused = await http.get("/console/planner", params={**asked, "placement": "item_page.none"})
    assert (refused.status_code, 'id="placement-fault"' in refused.text) == (400, True)


@pytest.mark.parametrize(
    ("told", "field", "words"),
    [
        ({"lift": "0"}, "lift", "in per cent"),
        ({"alpha": "99"}, "alpha", "below 50, in per cent"),
        ({"power": "100"}, "power", "below 100, in per cent"),
        ({"variants": "2.9"}, "variants", "a whole number"),
        ({"window": "1.5"}, "window", "a whole number"),
    ],
)
async def test_the_planner_refuses_in_the_words_of_its_fields(staffed, told, field, words):
    http = await enter(staffed, "analyst")
    page = (await http.get("/console/planner", params={"metric": "conversion", "lift": "5", "baseline": "0.1", **told})).text
    [said] = re.findall(rf'id="{field}-fault">([^<]*)<', page)
    assert words in said
    assert "1e-06" not in page


async def test_a_draft_goes_on_with_all_that_the_planner_was_asked(staffed):
    http = await enter(staffed)
    asked = {
        "metric": "click_through_rate", "lift": "5", "baseline": "0.03", "deviation": "0.2", "per_day": "4000", "variants": "3",
        "unit": "VISITOR", "alpha": "1", "window": "24", "placement": "item_page.similar",
    }  # fmt: skip
    page = (await http.get("/console/planner", params=asked)).text
    links = re.findall(r'href="(/console/draft[^"]*)">Draft with ([0-9,]+) units', page)
    assert len(links) == 3
    draft = (await http.get(html.unescape(links[1][0]))).text
    for name, value in (("goals", "click_through_rate"), ("placements", "item_page.similar")):
        assert re.findall(rf'name="{name}" value="([^"]*)" checked', draft) == [value]
    shown = dict(re.findall(r'<input id="([^"]*)"[^>]* value="([^"]*)"', draft))
    assert shown["plannedUnits"] == links[1][1].replace(",", "")
    assert (shown["alpha"], shown["conversionWindowHours"]) == ("1", "24")
    assert [shown[f"variants.{n}.weight"] for n in range(3)] == ["33.34", "33.33", "33.33"]
    assert '<option value="VISITOR" selected>' in draft
    assert '<option value="GROUP_SEQUENTIAL" selected>' in draft


async def test_a_draft_begun_by_a_broken_link_is_a_usual_one(staffed):
    http = await enter(staffed)
    for link in (
        "units=x&mode=none",
        "metric=conversion&variants=none",
        "metric=none&unit=CAT",
        "metric=none&units=1000&placement=none",
    ):
        assert (await http.get(f"/console/draft?{link}")).status_code == 200, link
