"""What the page of a result says, and in which order."""

import csv
from dataclasses import replace
from io import StringIO

import pytest

from gateway.console.render import html
from gateway.console.result.page import result_page
from gateway.console.steps import steps_for
from gateway.console.trial import facts
from gateway.console.wording import chance
from gateway.domain.experiment import InferenceMode
from gateway.domain.metric import BUILT_IN
from gateway.domain.result import Estimated, ListPreference, OptimiserGain, OptimiserWeight, VariantCoverage
from gateway.domain.result_sheet import sheet
from tests.console import made
from tests.console.charts.reading import drawn, of_class

SPACE = "\N{NO-BREAK SPACE}"


def shown(result, segments=()):
    return html("result.html", page=result_page(result, "SEK", segments)).replace(SPACE, " ")


def test_the_page_is_read_from_health_to_sql():
    page = shown(made.result(), [made.segment("market: se")])
    places = [page.index(f'id="{name}-title"') for name in
              ("health", "units", "figures", "lift", "funnel", "revenue", "segments", "verdict", "looks", "sql")]  # fmt: skip
    assert places == sorted(places)


def test_a_broken_split_is_said_above_any_number():
    page = shown(made.broken())
    banner = page.index("the split is broken")
    assert banner < page.index("52,000")
    assert banner < page.index("+7.74 %")
    assert page.index("something loses or adds units of one arm") < page.index("52,000")
    assert 'role="alert"' in page[:banner]


def test_the_first_hours_say_what_is_missing_and_show_no_interval():
    found = result_page(made.result(early=True), "SEK")
    rows = [row for block in found.blocks for row in block.rows if not row.is_control]
    assert {row.interval for row in rows} == {"60 more units needed"}
    assert {row.lift for row in rows} == {"–"}
    assert 'class="interval"' not in shown(made.result(early=True))


def test_before_its_end_a_fixed_experiment_is_grey_and_preliminary_in_words():
    told = made.result(preliminary=True, mode=InferenceMode.FIXED)
    page = shown(told)
    assert "Preliminary: this experiment is judged once, at its end, planned at 140,000 units." in page
    assert '<tr class="preliminary">' in page
    assert "preliminary: significantly better" in page
    assert "Preliminary" not in shown(made.result())


def test_figures_stand_on_their_own_scales():
    found = {block.key: block.rows[1] for block in result_page(made.result(), "SEK").blocks}
    assert found["conversion"].value == f"3.34{SPACE}%"
    assert found["conversion"].difference == "+0.2400 points (+0.1300 points to +0.3500 points)"
    assert found["revenue_per_unit"].value == "46.92 SEK"
    assert found["latency"].value == "42.20 ms"
    assert found["conversion"].finding == "significantly better"
    assert found["latency"].finding == f"significantly worse; within its margin of 10.0{SPACE}%"
    assert found["average_order_value"].finding == f"within its margin of 3.00{SPACE}%"


def test_goals_and_guardrails_are_told_in_sentences():
    told = [said.replace(SPACE, " ") for said in result_page(made.result(), "SEK").findings]
    assert told[0] == "Units that ordered, Personal: +7.74 % (+4.19 % to +11.3 %), significantly better."
    assert told[2] == "Average order value, Personal: −0.62 % (−2.28 % to +1.03 %), within its margin of 3.00 %."
    assert result_page(made.result(early=True), "SEK").findings[0] == "Units that ordered, Personal: 60 more units needed."


def test_all_revenue_stands_beside_the_attributed_part():
    picture = result_page(made.result(), "SEK").revenue
    assert [row[2] for row in picture.rows] == ["45.12 SEK", "46.92 SEK", "4.20 SEK", "8.10 SEK"]


def test_the_rule_and_what_it_went_by_are_spelled_out():
    page = shown(made.result())
    assert "SHIP if at least one goal" in page
    assert "conversion is significantly better; every guardrail is within its margin" in page


def test_the_log_begins_with_the_newest_look():
    found = result_page(made.result(), "SEK").looks
    assert [row.number for row in found] == ["5", "4", "3", "2", "1"]


def test_what_a_shop_calls_things_is_text():
    told = made.experiment(name="<b>x</b>")
    named = replace(told, variants=(told.variants[0], replace(told.variants[1], name="<script>alert(1)</script>")))
    assert "<script>" not in shown(made.result(experiment=named))


def test_an_optimiser_shows_its_weights():
    weights = tuple(OptimiserWeight(key, share, share, made.START) for key, share in (("control", 0.08), ("personal", 0.92)))
    page = shown(made.result(weights=weights))
    assert "92.0 %" in page
    assert "it has no p-value" in page
    assert "may be looked at" not in page
    assert "those of an optimiser are biased" in " ".join(page.split())
    assert "biased" not in shown(made.result())


def test_segments_tell_their_units_and_goals():
    [part] = result_page(made.result(), "SEK", [made.segment("market: se")]).segments
    assert (part.name, part.units, len(part.blocks)) == ("market: se", "100,000", 2)
    assert part.blocks[0].rows[1].finding == "significantly better"


def test_an_optimiser_says_what_it_is_worth():
    found = OptimiserGain(BUILT_IN["revenue_per_unit"], 12_000, 4_692.0, 4_512.0, Estimated(180.0, 20.0, 340.0))
    said = result_page(made.result(optimiser=found), "SEK").worth
    assert said == (
        "Revenue per unit: 46.92 SEK a unit, by 12,000 units; with even weights it would have been 45.12 SEK. "
        "It is worth +1.80 SEK (+0.20 SEK to +3.40 SEK) a unit, +3.99\N{NO-BREAK SPACE}%."
    )
    costs = result_page(made.result(optimiser=replace(found, shortfall=25.0)), "SEK").worth
    assert costs.removeprefix(said) == " Finding out still costs 0.25 SEK a unit."
    early = result_page(made.result(optimiser=OptimiserGain(BUILT_IN["clicked"], 0, note="nothing was logged")), None).worth
    assert early == "What it is worth is not known yet: nothing was logged."


def test_lists_drawn_into_one_say_which_of_them_visitors_prefer():
    found = ListPreference(30, 70, 12, Estimated(0.18, 0.09, 0.27), 0.0001, 0.002, "personal")
    page = shown(made.result(preference=found))
    assert "30 units clicked more of Bestsellers, 70 more of Personal, 12 as much of both." in page
    assert "Personal wins +18 points more often than by chance (+9 to +27)." in page
    assert "Visitors prefer Personal (p at any look: 0.002)." in page
    assert "Preliminary" not in page
    assert "There is no split: every unit that takes part is shown one list of both" in shown(
        made.result(preference=found, exposures=())
    )
    assert "How units are split" not in page
    assert "One variant each" not in page
    assert "How units are split" in shown(made.result())
    early = result_page(made.result(preference=ListPreference(0, 0, 0, note="only ties")), None).preference
    assert early[1] == "Nothing can be said yet: only ties."
    assert result_page(made.result(), None).preference == ()


def test_how_much_of_the_catalog_is_shown_stands_in_a_table():
    shares = (("control", 1_200, 0.04, 1_200.0), ("personal", 9_000, 0.31, 8_700.4))
    coverage = tuple(VariantCoverage(key, 50_000, products, share, equal) for key, products, share, equal in shares)
    told = made.result(coverage=coverage)
    page = " ".join(shown(told).split())
    for cell in ("9,000", "31.0 %", "8,700"):
        assert f'<td class="number">{cell}</td>' in page
    assert "How much of the catalog is shown" not in shown(made.result())
    rows = list(csv.DictReader(StringIO(sheet(told))))
    assert {(r["variant"], r["productsShown"], r["catalogShare"], r["productsAtEqualUnits"]) for r in rows} == {
        ("control", "1200", "0.04", "1200.0"),
        ("personal", "9000", "0.31", "8700.4"),
    }


def test_what_the_rule_went_by_is_a_line_a_variant():
    told = {"share": 0.5, "complete": False, "ailments": [], "variants": {"b": {"decision": "SHIP", "because": ["x", "y"]}}}
    verdict = replace(made.result().verdict, inputs=told)
    inputs = result_page(made.result(verdict=verdict), None).inputs
    assert inputs == (
        ("of the plan", f"50.0{SPACE}%"),
        ("planned end reached", "no"),
        ("ailments", "none"),
        ("variant b", "SHIP: x; y"),
    )


def test_the_file_has_every_figure_with_all_its_digits():
    told = list(csv.DictReader(StringIO(sheet(made.result()))))
    row = next(each for each in told if (each["metric"], each["variant"]) == ("conversion", "personal"))
    assert float(row["lift"]) == 0.0024 / 0.031
    assert (row["significant"], row["nonInferior"], row["preliminary"]) == ("true", "", "false")
    assert len(told) == 2 * len(made.FIGURES)


def test_nothing_at_all_is_a_page_too():
    empty = made.result(early=True, metrics=(), exposures=(), looks=(), sql="")
    page = shown(empty)
    assert "nobody has been exposed yet" in page
    assert "Copy the SQL" not in page


def test_how_sure_intervals_are_stands_beside_them_and_in_the_file():
    told = made.result(experiment=made.experiment(plan=replace(made.experiment().plan, alpha=0.01)))
    page = shown(told)
    assert "Intervals are of 99 % (alpha 0.01)." in page
    assert "99 % interval of the change" in page
    assert "95 % interval of the change" in shown(made.result())
    assert dict(facts(told.experiment, made.START))["Alpha"].replace(SPACE, " ") == "0.01: intervals are of 99 %"
    assert {row["alpha"] for row in csv.DictReader(StringIO(sheet(told)))} == {"0.01"}


def test_values_that_are_freed_of_the_past_say_so_and_the_funnel_shows_what_was_counted():
    plain = made.result()
    assert "CUPED" not in shown(plain)
    freed = tuple(
        replace(each, variants=tuple(replace(one, value=one.value * 0.99) for one in each.variants)) for each in plain.metrics
    )
    told = replace(plain, metrics=freed)
    assert "is taken out of values and changes (CUPED)" in shown(told)
    page = result_page(told, "SEK")
    [clicked] = [block for block in page.blocks if block.key == "clicked"]
    assert clicked.about.endswith(f"(CUPED), which as counted are 21.0{SPACE}%, 23.0{SPACE}%")
    assert (clicked.rows[0].value, page.funnel.rows[2][2]) == (f"20.8{SPACE}%", f"21.0{SPACE}% (10,500 of 50,000)")


def test_of_the_funnel_a_variant_with_fewer_units_has_the_shorter_bar():
    few, many = made.result().exposures
    picture = result_page(made.result(exposures=(replace(few, units=12_500), many)), "SEK").funnel
    widths = [float(each.get("width")) for each in of_class(drawn(picture), "bar")]
    assert widths[0] == pytest.approx(widths[1] / 4, abs=0.2)
    assert picture.rows[0][2] == "12,500 units"


def test_a_loss_has_no_sign():
    rows = {block.key: block.rows[1] for block in result_page(made.result(), "SEK").blocks}
    assert (rows["conversion"].expected_loss, rows["revenue_per_unit"].expected_loss) == ("0.01100 points", "0.22 SEK")


def test_nothing_is_said_to_be_certain_to_win():
    sure = tuple(replace(each, variants=tuple(replace(one, chance_to_win=0.99992) for one in each.variants))
                 for each in made.result().metrics)  # fmt: skip
    page = shown(made.result(metrics=sure))
    assert "&gt; 99.9 %" in page
    assert "100.0 %" not in page
    assert (chance(0.00001), chance(0.42)) == (f"< 0.1{SPACE}%", f"42.0{SPACE}%")


def test_without_units_there_is_nothing_to_judge_and_of_the_first_hours_it_is_said_that_it_is_early():
    codes = {"ailments": ["TOO_SHORT", "NOT_BURNT_IN"]}
    young = made.result(verdict=replace(made.result().verdict, inputs=codes))
    page = shown(young)
    assert "Nothing speaks against the figures but that it is early: it has not run for the minimum time yet;" in page
    assert "TOO_SHORT" not in page
    nobody = tuple(replace(each, units=0, by_day={}) for each in young.exposures)
    page = shown(replace(young, exposures=nobody))
    assert "Nothing speaks against the figures" not in page
    assert "Nobody has been exposed yet, so there is nothing to judge." in page


def test_more_coverage_is_offered_where_somebody_is_left_to_come_in():
    assert "coverage" in [step.verb for step in steps_for(made.experiment(coverage=0.5))]
    assert "coverage" not in [step.verb for step in steps_for(made.experiment(coverage=1.0))]
