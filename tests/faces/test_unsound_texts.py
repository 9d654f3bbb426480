"""No text that comes in with an experiment is too odd to be answered: a NUL is refused with its field."""

import pytest

from tests.faces.experiments import create, led

EXPERIMENT = "mutation ($input: ExperimentInput!) { createExperiment(input: $input) { key } }"
CHANGE = 'mutation ($input: ExperimentChange!) { updateExperiment(key: "similar", input: $input) { key } }'
METRIC = "mutation ($input: MetricInput!) { upsertMetric(input: $input) { key } }"
WHOLE = {
    "key": "a",
    "name": "A",
    "placements": ["item_page.similar"],
    "variants": [{"key": "a", "weight": 0.5}, {"key": "b", "weight": 0.5}],
    "goals": ["conversion"],
}
ARM = {"key": "a", "name": "a", "weight": 0.5}
OWN = {"key": "own", "name": "Own", "kind": "MEAN", "eventType": "click"}


def arg(query: str, field: str) -> object:
    return pytest.param(query, {}, field, id=f"{query.split('(', maxsplit=1)[0].strip('{ ')[-22:]} {field}")


def within(query: str, whole: dict, field: str, said: dict) -> object:
    return pytest.param(query, {"input": whole | said}, field, id=f"{query.split('{ ')[1].split('(', maxsplit=1)[0]} {field}")


TOLD = [
    *(arg(f"{{ {name}(key: $t) {rest} }}", "key") for name, rest in (
        ("experiment", "{ key }"), ("experimentResult", "{ look }"), ("experimentSegments", "{ key }"),
    )),
    arg('{ experimentResult(key: "similar", segment: $t) { look } }', "segment"),
    arg('{ experimentResult(key: "similar", metrics: [$t]) { look } }', "metrics"),
    arg("{ powerAnalysis(input: {metric: $t, minimumLift: 0.1}) { unitsPerVariant } }", "metric"),
    arg('{ assignments(visitor: {sessionId: "s"}, experiments: [$t]) { experimentKey } }', "experiments.0"),
    arg('{ assignments(visitor: {sessionId: "s"}, market: $t) { experimentKey } }', "market"),
    arg("{ assignments(visitor: {sessionId: $t}) { experimentKey } }", "sessionId"),
    *(arg(f"mutation {{ {name}(key: $t) {{ key }} }}", "key") for name in (
        "startExperiment", "pauseExperiment", "resumeExperiment", "archiveExperiment",
    )),
    arg('mutation { updateExperiment(key: $t, input: {name: "x"}) { key } }', "key"),
    arg('mutation { stopExperiment(key: $t, outcome: INVALID, reason: "so") { key } }', "key"),
    arg('mutation { stopExperiment(key: "running", outcome: INVALID, reason: $t) { key } }', "reason"),
    arg('mutation { stopExperiment(key: "running", outcome: WON, reason: "so", winner: $t) { key } }', "winner"),
    arg("mutation { startOptimiser(placement: $t, strategies: [TRENDING, BESTSELLERS]) { key } }", "placement"),
    arg("mutation { stopOptimiser(placement: $t) { key } }", "placement"),
    arg('mutation { upsertLayer(input: {key: $t, name: "x"}) { key } }', "key"),
    arg('mutation { upsertLayer(input: {key: "x", name: $t}) { key } }', "name"),
    arg('mutation { createPreviewToken(experiment: $t, variant: "a") { token } }', "experiment"),
    arg('mutation { createPreviewToken(experiment: "similar", variant: $t) { token } }', "variant"),
    *(within(METRIC, OWN, name, {name: "a\0"}) for name in ("key", "name", "eventType", "denominator")),
    *(within(query, whole, field, said) for query, whole in ((EXPERIMENT, WHOLE), (CHANGE, {})) for field, said in (
        ("name", {"name": "a\0"}), ("hypothesis", {"hypothesis": "a\0"}), ("layer", {"layer": "a\0"}),
        ("placements.0", {"placements": ["a\0"]}), ("goals.0", {"goals": ["a\0"]}), ("condition", {"condition": {"market": "a\0"}}),
        ("condition", {"condition": {"a\0": "se"}}), ("guardrails.0.metric", {"guardrails": [{"metric": "a\0", "margin": 0.1}]}),
        ("variants.0.key", {"variants": [ARM | {"key": "a\0"}, ARM]}), ("variants.0.name", {"variants": [ARM | {"name": "a\0"}, ARM]}),
        ("variants.0.parameters", {"variants": [ARM | {"parameters": {"value": "a\0"}}, ARM]}),
    )),
    within(EXPERIMENT, WHOLE, "key", {"key": "a\0"}),
]  # fmt: skip


@pytest.mark.parametrize(("query", "said", "field"), TOLD)
async def test_a_nul_is_refused_with_its_field(client, query, said, field):
    await create(client)
    await create(client, key="running", name="Running")
    await led(client, "start", "running")
    if not said:
        kind = (
            "String!"
            if f'"{field}"' in ('"name"', '"market"')
            or any(
                w in query
                for w in (
                    "reason: $t",
                    "winner: $t",
                    "segment: $t",
                    "metrics: [$t]",
                    "metric: $t",
                    "locale: $t",
                    "channel: $t",
                    "previewToken: $t",
                    "variant: $t",
                )
            )
            else "ID!"
        )
        word, rest = ("mutation", query.removeprefix("mutation ")) if query.startswith("mutation") else ("query", query)
        query, said = f"{word} ($t: {kind}) {rest}", {"t": "a\0"}
    error = (await client.ask(query, "admin", **said))["errors"][0]
    code, where, message = error["extensions"]["code"], error["extensions"].get("field"), error["message"]
    assert code in ("BAD_USER_INPUT", "NOT_FOUND", "UNKNOWN_EXPERIMENT", "UNKNOWN_MARKET", "UNKNOWN_PLACEMENT"), (
        code,
        where,
        message,
    )
    assert where == field, message
