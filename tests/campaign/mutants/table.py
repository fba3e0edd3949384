"""Every rule that is broken on purpose, and the promises by which that must show.

A campaign that finds nothing proves something only if it would have found a fault. Each mutant
takes one rule away, in this process only and for as long as its ``with`` lasts. That a program
breaks off proves nothing: what shows a mutant is a promise of what it was to protect.
"""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass

from tests.campaign.judging.promises import Promise
from tests.campaign.mutants import affairs, content, county, hub, station

_NEVER_THERE = (Promise.ARRIVES, Promise.COMPLETES)


@dataclass(frozen=True, slots=True)
class Mutant:
    """A rule that is broken while ``breaking()`` is entered, and what may show it."""

    breaking: Callable[[], AbstractContextManager[object]]
    shown_by: frozenset[Promise]

    @property
    def name(self) -> str:
        return self.breaking.__name__.replace("_", " ")


def _mutant(breaking: Callable[[], AbstractContextManager[object]], *shown_by: Promise) -> Mutant:
    return Mutant(breaking, frozenset(shown_by))


MUTANTS: Mapping[str, Mutant] = {
    mutant.name: mutant
    for mutant in (
        _mutant(station.station_deletes_on_custody, Promise.KEPT, Promise.SURVIVES),
        _mutant(station.station_lets_go_at_receipt, Promise.KEPT),
        _mutant(station.station_trusts_its_own_clock, Promise.KEPT),
        _mutant(station.station_counts_one_word_on_the_time, Promise.KEPT),
        _mutant(station.station_counts_no_running_time, Promise.KEPT),
        _mutant(station.station_takes_any_number_of_the_time, Promise.FORWARD),
        _mutant(station.station_believes_the_hubs_clock, Promise.KEPT),
        _mutant(station.station_keeps_no_journal, Promise.STAYS, Promise.SAVED),
        _mutant(station.station_ignores_the_parents_instance, *_NEVER_THERE),
        _mutant(station.station_ignores_the_countys_instance, *_NEVER_THERE),
        _mutant(station.station_believes_receipts_of_lost_counties, *_NEVER_THERE),
        _mutant(station.station_offers_no_blobs_again, Promise.COMPLETES),
        _mutant(station.station_opens_incarnations_eagerly, Promise.FORKS),
        _mutant(station.station_takes_older_rosters, Promise.FORWARD),
        _mutant(hub.hub_ignores_the_countys_instance, *_NEVER_THERE, Promise.TOLD),
        _mutant(hub.a_childs_instance_is_ignored, *_NEVER_THERE, Promise.TOLD),
        _mutant(hub.hub_purges_when_sent, Promise.STAYS, Promise.SURVIVES, *_NEVER_THERE),
        _mutant(hub.hub_takes_nothing_twice, *_NEVER_THERE),
        _mutant(hub.hub_holds_what_it_ever_saw, *_NEVER_THERE),
        _mutant(hub.acknowledged_before_the_commit, Promise.ACKNOWLEDGED),
        _mutant(hub.restore_keeps_the_instance, *_NEVER_THERE, Promise.TOLD),
        _mutant(county.county_drops_no_repeated_envelope, Promise.ONE_EFFECT, Promise.LEDGER),
        _mutant(county.county_drops_by_highest_number, Promise.ARRIVES),
        _mutant(county.county_numbers_without_incarnations, Promise.ARRIVES),
        _mutant(county.county_skips_the_draft_key, Promise.ONE_EFFECT),
        _mutant(county.county_shows_no_forks, Promise.FORKS),
        _mutant(county.county_forgets_missing_numbers, Promise.LEDGER),
        _mutant(content.county_empties_long_forms, Promise.CONTENT),
        _mutant(content.county_leaves_out_files_of_decisions, Promise.CONTENT),
        _mutant(content.county_drops_what_followed, *_NEVER_THERE),
        _mutant(content.county_keeps_anothers_words_of_what_followed, Promise.CONTENT),
        _mutant(content.station_shows_the_decision_before, Promise.CONTENT),
        _mutant(content.station_logs_what_it_takes, Promise.SILENT),
        _mutant(affairs.county_takes_what_a_withdrawn_pc_sealed, Promise.WITHDRAWN),
        _mutant(affairs.station_seals_though_withdrawn, Promise.WITHDRAWN),
        _mutant(affairs.station_stays_closed, Promise.WITHDRAWN),
        _mutant(affairs.county_lets_a_stopped_pc_into_the_review_queue, Promise.WITHDRAWN),
        _mutant(affairs.county_takes_a_lost_pc_for_the_present_one, Promise.WITHDRAWN),
        _mutant(affairs.county_tells_no_successor, Promise.TOLD),
        _mutant(affairs.county_accepts_and_makes_no_case, *_NEVER_THERE),
        _mutant(affairs.county_uses_keys_that_one_disk_holds, *_NEVER_THERE),
        _mutant(affairs.county_forgets_old_opening_keys, *_NEVER_THERE),
        _mutant(affairs.county_forgets_former_signing_keys, Promise.TAKEN, *_NEVER_THERE),
        _mutant(affairs.station_asks_for_no_certificate, Promise.CERTIFIED),
        _mutant(affairs.budgets_are_not_kept, Promise.SHUT),
        _mutant(affairs.county_answers_the_old_path_only, Promise.TOLD),
        _mutant(affairs.station_ignores_the_county_at_a_host, *_NEVER_THERE, Promise.TOLD),
        _mutant(affairs.restored_catalogue_goes_on_by_one, Promise.CURRENT),
    )
}
