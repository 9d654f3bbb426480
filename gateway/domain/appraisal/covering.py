"""How much of the catalog each variant shows, beside the others at the same number of units."""

from gateway.domain.appraisal.evidence import Breadth, Evidence
from gateway.domain.result import VariantCoverage
from gateway.domain.statistics.coverage import expected_products


def covered(evidence: Evidence) -> tuple[VariantCoverage, ...]:
    """By variant; none of segments, and none where nothing was answered."""
    if not any(each.products for each in evidence.breadth):
        return ()
    units = evidence.intake.units
    least = min((each for each in units if each), default=0)
    return tuple(
        VariantCoverage(
            variant=variant.key,
            units=of,
            products=sum(each.products.values()),
            share=_share(each),
            products_at_equal_units=expected_products(each.products, of, least),
        )
        for variant, of, each in zip(evidence.experiment.variants, units, evidence.breadth, strict=True)
    )


def _share(found: Breadth) -> float | None:
    return found.on_sale / found.sellable if found.sellable else None
