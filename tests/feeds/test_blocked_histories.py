"""Events of people who want not to be followed: told as refused, and nothing of them is kept."""

import json

from gateway.domain.identity import Identity, IdentityKind
from gateway.store.privacy import PrivacyStore, Wish
from tests.feeds.test_histories import refused, write


async def test_rows_of_someone_who_wants_not_to_be_followed_are_refused_and_told_without_their_ids(bring, tmp_path):
    anna = Identity(IdentityKind.USER, "anna")
    await bring.events(write(tmp_path, ["user,item,event,ts", "anna,p,view,1700000000"]))
    privacy = PrivacyStore(bring.stores.db)
    await privacy.forget(bring.tenant.tenant_id, Wish(anna, whole=True, blocked=True, actor="test"))
    lines = [
        "user,item,event,ts,event_id",
        "anna,p,view,1700000060,e1",
        "bo,p,view,1700000060,e2",
        "anna,p,view,1700000061,e1",
        "anna,p,click,1700000062,e3",
        "bo,p,view,1700000063,e2",
    ]
    report = await bring.events(write(tmp_path, lines))
    assert (report.rows, report.added, report.unchanged, report.refused) == (5, 1, 1, 3)
    assert report.reasons == {"visitor: TRACKING_BLOCKED": 3}
    assert sorted(each["line"] for each in refused(report)) == [2, 4, 5]
    assert "anna" not in json.dumps(refused(report))
    again = await bring.events(write(tmp_path, lines))
    assert (again.added, again.unchanged, again.refused) == (0, 2, 3)
    await privacy.follow_again(bring.tenant.tenant_id, anna)
    assert (await bring.events(write(tmp_path, lines))).added == 2


async def test_blocked_events_in_another_systems_words_are_refused_by_their_names_there(bring, tmp_path):
    await PrivacyStore(bring.stores.db).forget(
        bring.tenant.tenant_id, Wish(Identity(IdentityKind.USER, "anna"), whole=True, blocked=True, actor="test")
    )
    calls = [
        {"type": "track", "event": "Product Viewed", "messageId": f"m{n}", "userId": user, "properties": {"product_id": "p"},
         "timestamp": "2025-05-01T12:00:00Z"}
        for n, user in enumerate(("anna", "bo", "anna"))
    ]  # fmt: skip
    report = await bring.events(write(tmp_path, map(json.dumps, calls), "calls.ndjson"))
    assert (report.added, report.unchanged, report.refused) == (1, 0, 2)
    assert report.by_name == {"product viewed": {"kept": 1, "refused": 2}}
