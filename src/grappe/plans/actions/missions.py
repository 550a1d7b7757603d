"""Mission letters: written, sent to be signed by employer and employee, ended."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from grappe.audit.deeds import deed
from grappe.clusters.models import Cluster
from grappe.clusters.queries import coordinators
from grappe.papers.actions import ask_signatures, make_paper, withdraw_paper
from grappe.papers.models import Paper
from grappe.people.models import Person
from grappe.plans import missions, words
from grappe.plans.actions.refusals import UnableToWriteLetter
from grappe.plans.models import MissionLetter
from grappe.plans.queries.missions import Mission, letters, share_given
from grappe.plans.queries.missions import missions as missions_of
from grappe.plans.queries.posts import shared_people

WHOLE_BP = 10_000
LONGEST = timedelta(days=10 * 366)


@deed("plans.write_mission_letter")
def write_mission_letter(
    *,
    by: Person | None,
    cluster: Cluster,
    person: Person,
    project: str,
    share_bp: int,
    first_day: date,
    last_day: date,
    funder: str = "",
    tasks: str = "",
) -> MissionLetter:
    """A fixed share of the person's time on a project, from a day to a day (both included), and its paper, ready to be signed.

    `share_bp`: of the working time of each month, in basis points. Refused beyond the whole of it, with the letters of every cluster.
    """
    Person.objects.select_for_update(no_key=True).get(pk=person.pk)  # one letter at a time
    project = " ".join(project.split())
    if not project:
        raise UnableToWriteLetter(_("Il manque le nom du projet."), _("Écrivez-le tel que la convention le nomme."))
    if person.pk not in {one.pk for one in shared_people()}:
        raise UnableToWriteLetter(
            _("%(person)s n’a pas de poste en route dans cette grappe.") % {"person": person},
            _("La lettre se fait entre l’employeur et la personne : faites d’abord démarrer son poste."),
        )
    if not 0 < share_bp <= WHOLE_BP:
        raise UnableToWriteLetter(
            _("Une part de %(share)s du temps de travail n’existe pas.") % {"share": words.share(share_bp)},
            _("Écrivez une part entre 1 % et 100 %."),
        )
    if not first_day <= last_day <= first_day + LONGEST:
        raise UnableToWriteLetter(
            _("La lettre finirait avant de commencer, ou durerait plus de dix ans."), _("Vérifiez les deux dates.")
        )
    until = last_day + timedelta(days=1)
    _refuse_beyond_whole(cluster, person, share_bp, first_day, until)
    letter: MissionLetter = MissionLetter.objects.create(
        cluster=cluster,
        person=person,
        project=project[:120],
        funder=" ".join(funder.split())[:200],
        tasks=" ".join(tasks.split())[:300],
        share_bp=share_bp,
        valid_from=first_day,
        valid_to=until,
    )
    make_paper(
        by=by,
        cluster=cluster,
        kind=missions.LETTER.key,
        about=letter,
        title=missions.title_of(letter),
        facts=missions.facts_of(letter),
        parties=missions.parties_of(letter),
    )
    return letter


def _refuse_beyond_whole(cluster: Cluster, person: Person, share_bp: int, first: date, until: date) -> None:
    given, others = share_given(person, first, until)
    if given + share_bp <= WHOLE_BP:
        return
    named = ", ".join(
        f"{one.project if one.cluster_id == cluster.pk else _('une autre grappe')} {words.share(one.share_bp)}"
        for one in others
    )
    raise UnableToWriteLetter(
        _("%(person)s donne déjà %(given)s de son temps sur cette période (%(letters)s) : il reste %(left)s.")
        % {
            "person": words.first_name(person),
            "given": words.share(given),
            "letters": named,
            "left": words.share(max(0, WHOLE_BP - given)),
        },
        _("Baissez la part, changez la période, ou mettez fin à une autre lettre."),
    )


@deed("plans.ask_mission_signatures")
def ask_mission_signatures(*, by: Person | None, letter: MissionLetter) -> MissionLetter:
    """Write to the employee and to whoever signs for the employer, each with its link; who was asked is not asked twice."""
    mission = _held(letter)
    if mission.state not in {"made", "asked"} or mission.sheet is None:
        raise UnableToWriteLetter(_("Cette lettre n’attend pas de signature."), _("Rechargez la page."))
    ours = [by] if by is not None else coordinators(on=timezone.localdate())[:1]
    paper: Paper = mission.sheet.paper
    ask_signatures(by=by, paper=paper, people={"cluster": ours, "person": [letter.person]})
    return letter


@deed("plans.end_mission_letter")
def end_mission_letter(*, by: Person | None, letter: MissionLetter, on: date | None = None) -> MissionLetter:
    """Not signed by both, the letter is withdrawn and signed no more; signed, it stops giving its share on that day, not past."""
    mission = _held(letter)
    letter = mission.letter
    if letter.ended_on is not None:
        return letter
    if mission.is_signed:
        if on is None:  # asked by a page that did not know the second signature
            raise UnableToWriteLetter(
                _("Cette lettre est maintenant signée par les deux."),
                _("Rechargez la page : il faut maintenant dire à partir de quel jour elle ne vaut plus."),
            )
        if not max(timezone.localdate(), letter.valid_from) <= on < letter.valid_to:
            raise UnableToWriteLetter(
                _("Une lettre signée ne s’arrête qu’un jour à venir de sa période."),
                _("Ce qui est fait reste dû : choisissez un jour entre aujourd’hui et son dernier jour."),
            )
        letter.ended_on = on
    else:
        if mission.sheet is not None:
            withdraw_paper(by=by, paper=mission.sheet.paper)
        letter.ended_on = letter.valid_from
    letter.save(update_fields=["ended_on"])
    return letter


def _held(letter: MissionLetter) -> Mission:
    """The letter with its paper, held until the deed ends."""
    MissionLetter.objects.select_for_update(no_key=True).get(pk=letter.pk)
    [found] = missions_of(letters().filter(pk=letter.pk), on=timezone.localdate())
    return found
