"""All that a face may ask for."""

from dataclasses import dataclass

from gateway.services.administer import Administrator
from gateway.services.assign import Assigner
from gateway.services.attend import Attendant
from gateway.services.attribute import Attributor
from gateway.services.broadcast import Broadcaster
from gateway.services.browse import Browser
from gateway.services.bulk import Bulk
from gateway.services.curate import Curator
from gateway.services.decide import Decider
from gateway.services.evaluate import Evaluator
from gateway.services.explain import Explainer
from gateway.services.forget import Forgetter
from gateway.services.health import Doctor
from gateway.services.introduce import Introducer
from gateway.services.laboratory import Laboratory
from gateway.services.oversee import Overseer
from gateway.services.prefer import Preferrer
from gateway.services.recall import Recaller
from gateway.services.recommend import Recommender
from gateway.services.restore import Restorer
from gateway.services.shelve import Shelver
from gateway.services.shop import Shops
from gateway.services.track import Tracker
from gateway.services.usher import Usher
from gateway.services.watch import Watcher
from gateway.services.weigh import Weigher
from gateway.services.witness import Witness


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
