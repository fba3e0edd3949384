"""The slow jobs of a county."""

from pathlib import Path

from central.county.control.node import CountyNode
from central.county.documents.issuing import LOOK_S
from central.county.keys.alarms import key_watch
from central.county.retention.copies import copies_watch
from central.server.config import ServerConfig
from runtime.jobs.repeated import Jobs

_OFFICES_S = 2.0  # an empty look is two lookups in empty indexes
_MINUTE_S, _HOUR_S, _DAY_S = 60.0, 3600.0, 86_400.0


def slow_jobs(data: Path, node: CountyNode, config: ServerConfig) -> Jobs:
    """What an open county does every so often, by name: seconds between, and what."""
    return {
        "checkpoint": (config.checkpoint_s, node.relay.store.checkpoint),
        "clock": (_MINUTE_S, node.watch_clock),
        "blobs": (_DAY_S, node.relay.sweep_shared),
        "quarantine": (_DAY_S, node.jobs.tidy),
        "again": (_HOUR_S, node.relay.offer_old_again),
        "archive": (_DAY_S, node.jobs.file_due),
        "retention": (_DAY_S, node.jobs.retain),
        "signing": (_DAY_S, node.jobs.signing.settle),
        "record": (_HOUR_S, node.sign_record),
        "keys": (_DAY_S, key_watch(data, node.relay, node.authority)),
        "copies": (_DAY_S, copies_watch(data, node.authority)),
        "catalogue": (_DAY_S, node.jobs.catalogue_watch.log),
        "supervision": (_MINUTE_S, node.county.supervision.watch.look),
        "ratings": (_MINUTE_S, node.county.ratings.watch.look),
        "views": (_HOUR_S, node.county.views.look),
        "departments": (_DAY_S, node.services.asked.departments.log),
        "documents": (LOOK_S, node.county.documents.issuing.look),
        "offices": (_OFFICES_S, node.county.offices.look),
        "telling": (_HOUR_S, node.county.documents.watch.log),
    }
