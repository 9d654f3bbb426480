"""GET /v1/experiments/{key}/result.csv: every figure of an experiment, for spreadsheets and notebooks."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from gateway.domain.result_sheet import sheet
from gateway.rest.credentials import admitted
from gateway.services.gateway import Gateway


def routes() -> list[BaseRoute]:
    """The file."""
    return [Route("/v1/experiments/{key}/result.csv", _file, methods=["GET"])]


async def _file(request: Request) -> Response:
    """The same figures as `experimentResult`, a row a metric and variant."""
    gateway: Gateway = request.state.gateway
    shop, caller = admitted(request, gateway.shops)
    asked = request.query_params
    metrics = [each.strip() for each in asked["metrics"].split(",")] if asked.get("metrics") else None
    key = request.path_params["key"]
    result = await gateway.laboratory.analyst.result(shop, caller, key, metrics, asked.get("segment") or None)
    named = f'attachment; filename="{result.experiment.key}.csv"'
    return Response(sheet(result), headers={"content-disposition": named, "cache-control": "no-store"}, media_type="text/csv")
