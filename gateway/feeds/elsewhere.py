"""A file whose every price is another market's: what to do is said once."""

from collections.abc import Iterator

from gateway.feeds.amounts import currency_of
from gateway.feeds.destination import Destination
from gateway.feeds.report import Report

_OTHER = ": OTHER_CURRENCY"


def other_currency(report: Report, destination: Destination) -> Iterator[str]:
    """Which market would take the file, where all its rows were refused for their currency."""
    if not report.refused or report.refused < report.rows or not all(reason.endswith(_OTHER) for reason in report.reasons):
        return
    rows = [row.get("row", {}) for row in report.first_refused]
    named = {(row.get("currency") or currency_of(row.get("price", "")) or "").upper() for row in rows}
    for currency in sorted(named - {""}):
        there = [market.market_id for market in destination.markets.values() if market.currency == currency]
        if there:
            yield f"the prices are in {currency}, in which {', '.join(there)} sells: say --market {there[0]}"
        else:
            yield (
                f"no market of {destination.tenant_id} sells in {currency}; to add one: "
                f"endcap tenant market NAME:{currency}:LANGUAGE --tenant {destination.tenant_id}"
            )
