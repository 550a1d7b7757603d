from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from grappe.audit.deeds import Refused, deed
from grappe.clusters.models import Cluster
from grappe.papers import letters, markup, printing, queries
from grappe.papers.kinds import Kind, kept_facts, kind_of
from grappe.papers.models import Paper, Signatory, Signature, Template, Withdrawal
from grappe.papers.rules import may_sign
from grappe.people.models import AccessLink, Person

NAME_MOST = 120


class UnableToKeepTemplate(Refused):
    """`faults`: what is wrong in the text, line by line."""

    def __init__(self, message: str, remedy: str = "", *, faults: Sequence[markup.Fault] = ()) -> None:
        super().__init__(message, remedy)
        self.faults = list(faults)


class UnableToMakePaper(Refused):
    pass


class UnableToAskSignatures(Refused):
    pass


class UnableToSign(Refused):
    pass


# ---------------------------------------------------------------- templates


@deed("papers.keep_template")
def keep_template(*, by: Person, cluster: Cluster | None, kind: str, body: str, seen: int | None = None) -> Template:
    """A new version of the text of a kind of paper, for that cluster (None: for all of them). The same text again changes nothing.

    `seen`: the cluster's version that the writer had read (0: the house's); refused if there is a later one.
    """
    body = body.replace("\r\n", "\n").strip() + "\n"
    try:
        markup.read(body, kind_of(kind))
    except markup.Broken as broken:
        raise UnableToKeepTemplate(
            _("Ce modèle ne peut pas être gardé."), "\n".join(map(str, broken.faults)), faults=broken.faults
        ) from None
    if cluster is not None:
        Cluster.objects.select_for_update(no_key=True).get(pk=cluster.pk)
    last = Template.objects.filter(cluster=cluster, kind=kind).order_by("-version").first()
    number = last.version if last is not None else 0
    if last is not None and last.body == body:
        return last
    if seen is not None and seen != number:
        raise _overtaken()
    try:
        with transaction.atomic():
            return Template.objects.create(cluster=cluster, kind=kind, version=number + 1, body=body, made_by=by)
    except IntegrityError:  # the house's texts have no row to hold: two who write at once meet here
        raise _overtaken() from None


def _overtaken() -> UnableToKeepTemplate:
    return UnableToKeepTemplate(
        _("Quelqu’un d’autre a changé ce modèle pendant que vous l’écriviez."),
        _("Gardez une copie de votre texte, rechargez la page, puis reportez vos changements."),
    )


def _template(cluster: Cluster, kind: Kind) -> Template:
    """The version to print from; the house's own text becomes a version when it is first used, or when it has changed."""
    standing = queries.standing_template(cluster, kind.key)
    if standing is not None and (standing.cluster_id or standing.made_by_id or standing.body == kind.body):
        return standing
    version = standing.version + 1 if standing is not None else 1
    made, _new = Template.objects.get_or_create(
        cluster=None, kind=kind.key, version=version, defaults={"body": kind.body}
    )
    return made


# ---------------------------------------------------------------- papers


@deed("papers.make_paper")
def make_paper(
    *,
    by: Person | None,
    cluster: Cluster,
    kind: str,
    about: models.Model,
    title: str,
    facts: Mapping[str, Any],
    parties: Sequence[Mapping[str, Any]] = (),
) -> Paper:
    """Print a paper about `about` from the kind's template and keep it. The same facts, text and parties again give the one that stands.

    Another text or other facts make a new version that replaces it, and that is signed anew. `facts`: one value by field of the
    kind (see `kinds.Field`); `parties`: who signs (see `models.Paper`).
    """
    sort, title = kind_of(kind), title.replace("\x00", "")[:200]
    Cluster.objects.select_for_update(no_key=True).get(pk=cluster.pk)
    kept = _kept(sort, facts)
    signing = [_party(party) for party in parties]
    template = _template(cluster, sort)
    label = about._meta.label_lower
    rows = Paper.objects.defer("pdf").filter(kind=kind, about=label, about_id=about.pk)
    last = rows.select_for_update(no_key=True).order_by("-version").first()  # whoever signs it now has signed before
    same = (template.pk, kept, signing, title)
    if last is not None and (last.template_id, last.facts, last.parties, last.title) == same:
        return last
    at, version = timezone.now(), last.version + 1 if last is not None else 1
    blocks = markup.laid_out(markup.read(template.body, sort), kept)
    pdf = printing.pdf(cluster=cluster, title=title, version=version, at=at, blocks=blocks, parties=signing)
    return Paper.objects.create(
        cluster=cluster,
        kind=kind,
        title=title,
        about=label,
        about_id=about.pk,
        version=version,
        template=template,
        facts=kept,
        parties=signing,
        pdf=pdf,
        sha256=hashlib.sha256(pdf).hexdigest(),
        made_by=by,
        made_at=at,
        supersedes=last,
    )


def _kept(kind: Kind, facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts of the kind's fields, as JSON keeps them. Refused when one that is needed is empty."""
    missing = [str(field.words) for field in kind.fields if field.needed and not facts.get(field.name)]
    if missing:
        raise UnableToMakePaper(
            _("Il manque, pour « %(kind)s » : %(missing)s.") % {"kind": kind.words, "missing": ", ".join(missing)},
            _("Complétez, puis recommencez : un document à trous ne se signe pas."),
        )
    return kept_facts(kind, facts)


def _party(party: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "key": str(party["key"])[:20],
        "words": str(party["words"]),
        "name": str(party["name"]),
        "role": str(party.get("role", "")),
        "firm": party.get("firm"),
    }


# ---------------------------------------------------------------- signatures


@deed("papers.ask_signatures")
def ask_signatures(*, by: Person | None, paper: Paper, people: Mapping[str, Sequence[Person]]) -> Paper:
    """Write to those who are to sign, each with its own link. `people`: by party. Who was asked before, or signed, is not asked twice."""
    held = _hold(paper)
    if Paper.objects.filter(supersedes=held).exists():
        raise UnableToAskSignatures(
            _("« %(title)s » a été remplacé par une version plus récente.") % {"title": held.title},
            _("Faites signer la dernière version."),
        )
    if not _stands(held):
        raise UnableToAskSignatures(
            _("« %(title)s » a été retiré : il ne se signe plus.") % {"title": held.title}, _("Faites-en un nouveau.")
        )
    signed = set(held.signatures.values_list("party", flat=True))
    today = timezone.localdate()
    for key, asked in people.items():
        party = held.party(key)
        if party is None:
            raise ValueError(f"{key} does not sign {held}")
        if key in signed:
            continue
        if not asked:
            raise UnableToAskSignatures(
                _("Personne ne peut signer pour %(name)s aujourd’hui.") % {"name": party["name"]},
                _("Donnez un mandat à une personne, puis recommencez."),
            )
        for person in asked:
            if not may_sign(person, party, on=today):
                raise UnableToAskSignatures(
                    _("%(person)s ne peut pas signer pour %(name)s.") % {"person": person, "name": party["name"]},
                    _("Choisissez une personne mandatée."),
                )
            signatory, new = Signatory.objects.get_or_create(
                paper=held, party=key, person=person, defaults={"cluster_id": held.cluster_id, "asked_by": by}
            )
            if new:
                letters.ask(signatory)
    return held


@deed("papers.withdraw_paper")
def withdraw_paper(*, by: Person | None, paper: Paper) -> Paper:
    """Not signed by all, the paper is to be signed no more. Refused once everyone has signed."""
    held = _hold(paper)
    if held.signatures.values("party").distinct().count() >= len(held.parties):
        raise UnableToAskSignatures(
            _("« %(title)s » est signé par tous : il ne se retire plus.") % {"title": held.title},
            _("Rechargez la page."),
        )
    Withdrawal.objects.get_or_create(paper=held, defaults={"cluster_id": held.cluster_id, "withdrawn_by": by})
    return held


def _stands(paper: Paper) -> bool:
    """Neither replaced nor withdrawn."""
    return not Paper.objects.filter(supersedes=paper).exists() and not Withdrawal.objects.filter(paper=paper).exists()


@deed("papers.remind_signatory")
def remind_signatory(*, by: Person | None, signatory: Signatory) -> Signatory:
    """Write again to someone who has not signed; once a day."""
    held = _hold(signatory.paper)
    if held.signatures.filter(party=signatory.party).exists() or not _stands(held):
        raise UnableToAskSignatures(_("Cette signature n’est plus attendue."), _("Rechargez la page."))
    link = (
        AccessLink.objects.filter(about=signatory._meta.label_lower, about_id=signatory.pk, revoked_at=None)
        .order_by("pk")
        .last()
    )
    today = timezone.localdate()
    last = link.expires_on if link is not None else None
    if last is not None and (last - today).days >= letters.LINK_DAYS:
        raise UnableToAskSignatures(
            _("%(person)s a déjà reçu un message aujourd’hui.") % {"person": signatory.person},
            _("Relancez demain, ou téléphonez."),
        )
    letters.ask(signatory, again=True)
    return signatory


@deed("papers.sign_paper")
def sign_paper(
    *, by: Person, paper: Paper, party: str, name: str, sha256: str, link: AccessLink | None = None
) -> Signature:
    """Sign for a party of the paper: `name` as the person writes it, `sha256` of the text that was shown. Once for each party.

    `link`: the secret link that the person came by; none when it is signed in.
    """
    held = _hold(paper)
    side = held.party(party)
    if side is None:
        raise ValueError(f"{party} does not sign {held}")
    today = timezone.localdate()
    standing = held.signatures.defer("pdf").filter(party=party).first()
    if standing is not None:
        raise UnableToSign(
            _("« %(title)s » est déjà signé pour %(for)s, par %(name)s.")
            % {"title": held.title, "for": side["name"], "name": standing.name},
            _("Il n’y a rien d’autre à faire : le document signé peut être téléchargé."),
        )
    if Paper.objects.filter(supersedes=held).exists():
        raise UnableToSign(
            _("Ce texte a été remplacé par une version plus récente."), _("Demandez-la à la coordination de la grappe.")
        )
    if not _stands(held):
        raise UnableToSign(
            _("« %(title)s » a été retiré : il ne se signe plus.") % {"title": held.title},
            _("Demandez à la coordination de la grappe ce qui le remplace."),
        )
    asked = Signatory.objects.filter(paper=held, party=party, person=by).first()
    if not may_sign(by, side, on=today) or (not side["role"] and asked is None):
        raise UnableToSign(
            _("Vous n’avez pas, aujourd’hui, de mandat pour signer au nom de %(name)s.") % {"name": side["name"]},
            _("Demandez-le à la coordination de la grappe."),
        )
    written = " ".join(name.split())
    if not 2 <= len(written) <= NAME_MOST:
        raise UnableToSign(_("Il manque votre nom."), _("Écrivez votre prénom et votre nom : c’est votre signature."))
    if sha256 != held.sha256:
        raise UnableToSign(
            _("Le texte affiché n’est pas celui qui est gardé."), _("Rechargez la page, relisez, puis signez.")
        )
    signature = Signature(
        cluster_id=held.cluster_id,
        paper=held,
        party=party,
        name=written,
        email=by.email,
        person=by,
        link=link.pk if link is not None else None,
        how=_how(link),
        sha256=held.sha256,
        signed_at=timezone.now(),
    )
    signature.pdf = _signed_pdf(held, signature)
    signature.pdf_sha256 = hashlib.sha256(signature.pdf).hexdigest()
    signature.save()
    letters.confirm(signature, asked)
    if held.signatures.count() == len(held.parties):
        letters.tell_complete(held)
    return signature


def _how(link: AccessLink | None) -> str:
    with override("fr"):
        return _("par un lien personnel reçu à cette adresse") if link is not None else _("en session sur Grappe")


def _signed_pdf(paper: Paper, signature: Signature) -> bytes:
    given = [*paper.signatures.defer("pdf"), signature]
    return printing.pdf(
        cluster=paper.cluster,
        title=paper.title,
        version=paper.version,
        at=paper.made_at,
        blocks=queries.text_of(paper),
        parties=paper.parties,
        signatures=given,
    )


def _hold(paper: Paper) -> Paper:
    """The paper's row, held until the deed ends: two who sign, or a new version made at the same moment, wait for one another."""
    held = (
        Paper.objects.select_for_update(of=("self",), no_key=True)
        .select_related("cluster", "template")
        .filter(pk=paper.pk)
        .first()
    )
    if held is None:
        raise UnableToSign(_("Ce document n’appartient pas à cette grappe."), _("Reprenez le lien que vous avez reçu."))
    return held
