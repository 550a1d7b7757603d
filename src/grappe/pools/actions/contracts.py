"""The papers of a post: made from what is known today, then signed by link."""

from __future__ import annotations

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from grappe.audit.deeds import deed
from grappe.clusters.queries import coordinators
from grappe.papers.actions import ask_signatures, make_paper
from grappe.people.models import Person
from grappe.pools import contracts, parts, queries, words
from grappe.pools.models import Part, Pool
from grappe.pools.refusals import UnableToMakeContracts


@deed("pools.make_contracts")
def make_contracts(*, by: Person | None, pool: Pool, on: date | None = None) -> Pool:
    """Make every paper of the post that is not there yet, or that no longer tells the truth. Refused when none can be made.

    `on`: the day for which they are to be true; today, or a day to come.
    """
    pool = parts.hold(pool)
    rows = contracts.rows(pool, on=_day(on))
    ready = [row for row in rows if row.to_make]
    missing = sorted({word for row in rows for word in row.draft.missing})
    if not ready and missing:
        raise UnableToMakeContracts(
            _("Il manque : %(missing)s.") % {"missing": words.listed(missing)}, _("Complétez, puis recommencez.")
        )
    if not ready:
        raise UnableToMakeContracts(_("Tous les documents sont à jour."), _("Il n’y a rien à refaire."))
    for row in ready:
        make_paper(
            by=by,
            cluster=pool.cluster,
            kind=row.draft.kind.key,
            about=row.draft.about,
            title=row.draft.title,
            facts=row.draft.facts,
            parties=row.draft.parties,
        )
    return pool


@deed("pools.ask_contracts")
def ask_contracts(*, by: Person | None, pool: Pool, on: date | None = None) -> Pool:
    """Write to everyone who is to sign a paper of the post and was not asked yet."""
    pool = parts.hold(pool)
    today = timezone.localdate()
    rows = [row for row in contracts.rows(pool, on=_day(on)) if row.to_ask]
    if not rows:
        raise UnableToMakeContracts(_("Aucune signature n’est à demander."), _("Préparez d’abord les documents."))
    firm_ids = [row.draft.about.firm_id for row in rows if isinstance(row.draft.about, Part)]
    speaking = queries.speakers(firm_ids, on=today)
    ours = [by] if by is not None else coordinators(on=today)[:1]
    for row in rows:
        assert row.sheet is not None
        people: dict[str, list[Person]] = {"cluster": list(ours)}
        if isinstance(row.draft.about, Part):
            people["firm"] = speaking.get(row.draft.about.firm_id, [])
        elif pool.person is not None:
            people["person"] = [pool.person]
        ask_signatures(by=by, paper=row.sheet.paper, people=people)
    return pool


def _day(on: date | None) -> date:
    today = timezone.localdate()
    return max(on, today) if on is not None else today
