"""All that a face may ask for."""

from dataclasses import dataclass

from gateway.services.administering.administer import Administrator
from gateway.services.administering.restore import Restorer
from gateway.services.answering.attend import Attendant
from gateway.services.answering.bulk import Bulk
from gateway.services.answering.explain import Explainer
from gateway.services.answering.recommend import Recommender
from gateway.services.asking.browse import Browser
from gateway.services.broadcast import Broadcaster
from gateway.services.deciding.curate import Curator
from gateway.services.deciding.decide import Decider
from gateway.services.experimenting.assign import Assigner
from gateway.services.experimenting.evaluate import Evaluator
from gateway.services.experimenting.laboratory import Laboratory
from gateway.services.experimenting.witness import Witness
from gateway.services.health import Doctor
from gateway.services.hearing.attribute import Attributor
from gateway.services.hearing.track import Tracker
from gateway.services.hearing.usher import Usher
from gateway.services.hearing.watch import Watcher
from gateway.services.hearing.weigh import Weigher
from gateway.services.knowing.forget import Forgetter
from gateway.services.knowing.introduce import Introducer
from gateway.services.knowing.prefer import Preferrer
from gateway.services.knowing.recall import Recaller
from gateway.services.shelving.oversee import Overseer
from gateway.services.shelving.shelve import Shelver
from gateway.services.shop import Shops


@dataclass(frozen=True, slots=True)
class Gateway:
    """The services, opened."""

    shops: Shops
    recommender: Recommender
    assigner: Assigner
    attendant: Attendant
    bulk: Bulk
    evaluator: Evaluator
    explainer: Explainer
    browser: Browser
    tracker: Tracker
    witness: Witness
    usher: Usher
    curator: Curator
    preferrer: Preferrer
    recaller: Recaller
    introducer: Introducer
    forgetter: Forgetter
    decider: Decider
    shelver: Shelver
    administrator: Administrator
    weigher: Weigher
    watcher: Watcher
    broadcaster: Broadcaster
    attributor: Attributor
    laboratory: Laboratory
    overseer: Overseer
    restorer: Restorer
    doctor: Doctor
