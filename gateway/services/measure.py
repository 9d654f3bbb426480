"""What the gateway counts of itself, for /metrics."""

from prometheus_client import Counter, Gauge, Histogram

_MILLISECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)

REQUESTS = Histogram(
    "endcap_request_seconds", "Time to answer, by route, method and status.", ["route", "method", "status"], buckets=_MILLISECONDS
)
PAGE_SECONDS = Histogram("endcap_page_seconds", "Time to answer a page, database included.", ["tenant"], buckets=_MILLISECONDS)
FILLED = Counter(
    "endcap_recommendations_total", "Products shown, by the rung at which they came in.", ["tenant", "strategy", "rung"]
)
EMPTY = Counter("endcap_empty_placements_total", "Placements answered with nothing.", ["tenant", "placement"])
DEGRADED = Counter("endcap_degraded_total", "Answers that lacked something, by what.", ["tenant", "code"])
CLICKS = Counter("endcap_clicks_total", "Clicks through /c/, by what became of them.", ["tenant", "outcome"])
EVENTS = Counter("endcap_events_total", "Events told, by what became of them.", ["tenant", "outcome"])
HEARD = Counter(
    "endcap_heard_total",
    "Events told in another system's words, by dialect and their name there, taken or dropped as no matter of a shop.",
    ["tenant", "dialect", "event", "outcome"],
)
UNKNOWN_PRODUCTS = Counter(
    "endcap_unknown_products_total",
    "Events kept that name a product the catalog lacks, as far as it was looked for.",
    ["tenant"],
)
UNTIED = Counter(
    "endcap_refused_merges_total", "Ids of events that would have made one of two users whom the shop knows.", ["tenant"]
)
EXPIRED = Counter("endcap_expired_rows_total", "Rows removed because they had been kept long enough.", ["tenant", "table"])
RECOUNT_DIFFERENCES = Counter(
    "endcap_recount_differences_total",
    "Units, totals and days of an experiment that a recount found otherwise.",
    ["tenant", "experiment"],
)
EVENTS_WAITING = Gauge("endcap_event_queue_depth", "Events that wait to be written.")
VIEWS_WAITING = Gauge("endcap_view_queue_depth", "Served views that wait to be written.")
VIEWS_WRITTEN = Counter("endcap_views_written_total", "Served views written.")
VIEWS_DROPPED = Counter("endcap_views_dropped_total", "Served views lost because the queue was full or the end came first.")
RELEASE_AGE = Gauge("endcap_release_age_seconds", "Age of the serving release's newest event.", ["tenant"])
RELEASE_FAILURES = Counter("endcap_release_load_failures_total", "Releases that could not be loaded.", ["tenant"])
TRAININGS = Counter(
    "endcap_trainings_total", "Releases made by the night shift of this server, by what became of them.", ["tenant", "outcome"]
)
FEED_RUNS = Counter("endcap_feed_runs_total", "Feeds that this server had read, by what became of them.", ["tenant", "outcome"])
POOL_SIZE = Gauge("endcap_pool_connections", "Connections of the database pool, by state.", ["state"])
BATCHES_WAITING = Gauge("endcap_batches_waiting", "Batches of events that are not yet in attribution's figures.")
RECKONED = Counter("endcap_events_reckoned_total", "Events that went into attribution's figures.", ["tenant"])
ERRORS = Counter("endcap_internal_errors_total", "Errors of ours that were masked.")
