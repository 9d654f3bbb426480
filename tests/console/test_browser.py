"""The console in a real browser: from idea to verdict with nothing but the pages, at a desk and on a phone, with scripts and without."""

import itertools

import pytest

from tests.browser.driving import until
from tests.console.axe import faults
from tests.console.matured import KEY

NUMBERS = itertools.count()


def draft(desk, name: str = "Personal list") -> str:
    """A draft made by the form, ready to start; its key."""
    key = f"home-{next(NUMBERS)}"
    desk.go("/console/experiments")
    desk.press("New experiment")
    desk.write("name", name)
    desk.write("key", key)
    desk.write("hypothesis", "People who see what they like buy more often.")
    desk.tick("placements", "home_page.top")
    desk.choose("variants.0.strategies.0", "BESTSELLERS")
    desk.write("variants.1.name", "Newest")
    desk.choose("variants.1.strategies.0", "NEW_ARRIVALS")
    desk.write("plannedUnits", "20000")
    desk.press("Make the draft")
    assert desk.path == f"/console/experiments/{key}", desk.text
    return key


@pytest.mark.parametrize("scripts", [True, False])
def test_an_idea_becomes_a_verdict_with_nothing_but_the_pages(desk, scripts):
    desk = desk(scripts=scripts)
    key = draft(desk)
    assert "Nothing keeps it from running" in desk.text
    desk.press("Start")
    assert "Units are drawn by a new seed" in desk.text
    desk.press("Start")
    assert "Running" in desk.one("h1").text
    desk.press("Pause")
    desk.press("Pause")
    assert "Paused" in desk.one("h1").text
    desk.press("Go on")
    desk.press("Go on")
    desk.press("Stop")
    desk.tick("outcome", "WON")
    desk.choose("winner", "new")
    desk.write("reason", "It won by a mile.")
    desk.shoot("stop")
    desk.press("Stop")
    assert "Stopped: won" in desk.one("h1").text
    assert "It won by a mile." in desk.text
    desk.press("Archive")
    assert "cannot be taken back" in desk.text
    desk.press("Archive")
    assert "Archived" in desk.one("h1").text
    desk.go("/console/experiments")
    assert key not in desk.text
    desk.go("/console/experiments?status=ARCHIVED")
    assert key in desk.text


def test_coverage_grows_while_it_runs_and_never_shrinks(desk):
    desk = desk()
    draft(desk)
    desk.press("Change")
    desk.write("coverage", "10")
    desk.press("Keep the changes")
    desk.press("Start")
    desk.press("Start")
    desk.press("More coverage")
    desk.write("coverage", "5")
    desk.press("More coverage")
    assert "may only grow while it runs" in desk.one("#coverage-fault").text
    desk.write("coverage", "40")
    desk.press("More coverage")
    assert "40.0 %" in desk.text


def test_what_is_wrong_stands_beside_its_field_and_nothing_written_is_lost(desk):
    desk = desk()
    desk.go("/console/draft")
    desk.write("name", "A name to keep")
    desk.write("key", "Not A Key")
    desk.write("variants.1.parameters", '{"count": ')
    desk.press("Make the draft")
    assert "is no JSON" in desk.one(r"#variants\.1\.parameters-fault").text
    assert desk.one(r"#variants\.1\.parameters").get_attribute("aria-invalid") == "true"
    desk.write("variants.1.parameters", '{"count": 6}')
    desk.press("Make the draft")
    assert "lower-case letters" in desk.one("#key-fault").text
    assert desk.one("#name").get_attribute("value") == "A name to keep"
    desk.press("Add a variant")
    assert len(desk.all("fieldset.inner")) == 3
    assert desk.one("#name").get_attribute("value") == "A name to keep"
    assert not faults(desk.browser)


def test_somebody_elses_change_is_not_undone_by_an_older_form(desk):
    one, other = desk(), desk()
    key = draft(one)
    for each in (one, other):
        each.go(f"/console/experiments/{key}/edit")
    one.write("name", "The first")
    one.press("Keep the changes")
    other.write("name", "The second")
    other.press("Keep the changes")
    assert "it was changed meanwhile" in other.text
    one.go(f"/console/experiments/{key}")
    assert "The first" in one.one("h1").text


def test_a_key_without_admin_sees_the_pages_and_no_buttons(desk):
    key = draft(desk())
    analyst = desk("secret-analyst")
    analyst.go("/console/experiments")
    assert "New experiment" not in analyst.text
    analyst.go(f"/console/experiments/{key}")
    assert not analyst.all(".steps a")
    for path in ("/console/draft", f"/console/experiments/{key}/start", f"/console/experiments/{key}/edit"):
        analyst.go(path)
        assert "this needs a key with the scope ADMIN" in analyst.text


def test_a_variant_is_looked_at_before_anybody_has_it(desk):
    desk = desk()
    draft(desk)
    token = desk.one(".token").get_attribute("textContent")
    assert token.startswith("endcap_preview=")
    desk.press("Preview Newest")
    assert "new_arrivals" in desk.text
    desk.choose("market", "se")
    desk.press("Look")
    assert "Vinterkänga" in desk.text
    desk.write("why", "ghost")
    desk.press("Look")
    assert "the product is hidden" in desk.text
    desk.write("why", "boot")
    desk.press("Look")
    assert "boot is on the list" in desk.text
    assert not faults(desk.browser)
    desk.shoot("preview")


def test_the_planner_answers_and_begins_a_draft(desk):
    desk = desk()
    desk.go("/console/planner")
    desk.press("Plan")
    assert "units of the last weeks" in desk.text
    desk.choose("metric", "latency")
    desk.press("Plan")
    assert "must be told" in desk.one("#baseline-fault").text  # no past says it
    desk.choose("metric", "conversion")
    desk.write("baseline", "0.03")
    desk.write("per_day", "4000")
    desk.press("Plan")
    assert [each.text for each in desk.all("tbody th")][:3] == ["Once, at the end", "On the way, up to the end", "Any time"]
    desk.shoot("planner")
    desk.one("tbody tr:nth-child(2) a").click()
    until(lambda: desk.path.startswith("/console/draft"))
    assert int(desk.one("#plannedUnits").get_attribute("value")) > 100_000


def test_events_come_by_themselves_and_without_scripts_at_a_click(desk, console):
    desk = desk()
    desk.go("/console/events")
    assert "a-rat…d-0" in desk.text
    assert "a-rather-long" not in desk.text
    looked_at = told(desk, "#tail > .hint")
    until(lambda: told(desk, "#tail > .hint") != looked_at)
    desk.choose("type", "add_to_cart")
    desk.press("Show")
    assert told(desk, "tbody strong") == ["add_to_cart"]
    desk.press("Refresh")
    assert desk.path == "/console/events?type=add_to_cart"


def test_two_weeks_of_figures_are_read_from_health_to_verdict(desk):
    desk = desk()
    desk.go(f"/console/experiments/{KEY}")
    titles = [each.text for each in desk.all("h2")]
    wanted = ["Health", "Units", "What was found", "How the change came about", "Funnel", "Revenue", "Segments", "Verdict", "Looks",
              "The same from PostgreSQL", "Variants", "Plan"]  # fmt: skip
    assert [each for each in titles if each in wanted] == wanted
    assert "significantly better" in desk.one("#figures-title ~ *, section[aria-labelledby=figures-title]").get_attribute(
        "textContent"
    )
    assert "1,500" in desk.text
    desk.one("section[aria-labelledby=sql-title] button").click()
    until(lambda: desk.one("section[aria-labelledby=sql-title] .copied").text)
    assert [each.text for each in desk.all("section[aria-labelledby=segments-title] > details > summary")]
    assert not faults(desk.browser)
    desk.go("/console/experiments?status=RUNNING")
    assert "Personal: +" in desk.text
    assert "significantly better" in desk.text


@pytest.mark.parametrize("phone", [False, True])
def test_the_page_of_a_result_fits_its_window(desk, phone):
    desk = desk("secret-analyst", phone=phone)
    for page in (f"/console/experiments/{KEY}", "/console/experiments"):
        desk.go(page)
        desk.shoot(f"result{len(page)}-{'phone' if phone else 'desktop'}")
        wide, window = desk.width()
        assert wide <= window, page
        assert not (found := faults(desk.browser)), (page, found)


def told(desk, selector: str) -> list[str]:
    """The texts of elements, read at once: the page may put others in their place at any moment."""
    return desk.browser.execute_script(
        "return [...document.querySelectorAll(arguments[0])].map((e) => e.textContent.trim())", selector
    )


PAGES = ("/console/experiments", "/console/draft", "/console/planner?lift=5&baseline=0.03&per_day=4000", "/console/events",
         "/console/preview?placement=home_page.top", "EXPERIMENT", "EXPERIMENT/edit", "EXPERIMENT/start")  # fmt: skip


@pytest.mark.parametrize("phone", [False, True])
def test_every_page_fits_its_window_and_keeps_nobody_out(desk, phone):
    desk = desk(phone=phone)
    key = draft(desk)
    for page in PAGES:
        desk.go(page.replace("EXPERIMENT", f"/console/experiments/{key}"))
        desk.shoot(f"{page.strip('/').partition('?')[0].replace('/', '-')}-{'phone' if phone else 'desktop'}")
        wide, window = desk.width()
        assert wide <= window, page
        assert not (found := faults(desk.browser)), (page, found)


@pytest.mark.parametrize(
    "page", ["/console/experiments", "/console/draft", "/console/planner", "/console/preview?placement=home_page.top"]
)
def test_the_keyboard_reaches_everything_in_the_order_in_which_it_stands(desk, page):
    desk = desk()
    desk.go(page)
    wanted = desk.browser.execute_script(REACHABLE)
    assert desk.browser.execute_script(WALK_BACKWARDS) is True
    reached = []
    for _ in range(len(wanted) + 12):  # a field of a moment has a stop for each of its parts
        desk.browser.switch_to.active_element.send_keys("\ue004")
        reached.append(desk.browser.execute_script("return [...document.querySelectorAll('*')].indexOf(document.activeElement)"))
        if len(reached) > 1 and reached[-1] < reached[-2]:
            break  # round once
    assert set(wanted) <= set(reached)
    assert list(dict.fromkeys(reached))[: len(wanted)] == wanted


REACHABLE = """
const all = [...document.querySelectorAll('*')];
const seen = (e) => e.checkVisibility() && !e.disabled && e.type !== 'hidden' && e.tabIndex >= 0;
return all.filter((e) => e.matches('a[href], button, input, select, textarea, summary, [tabindex="0"]') && seen(e)).map((e) => all.indexOf(e));
"""
WALK_BACKWARDS = "document.activeElement.blur(); window.getSelection().removeAllRanges(); return true"
