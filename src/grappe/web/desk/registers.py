"""The registers that the law asks of a group, from the data; what they lack is named, with where to write it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from grappe.audit.deeds import Refused
from grappe.clusters.actions import note_notice_sent
from grappe.pools import registers
from grappe.web.desk.imports import download
from grappe.web.shared.doors import SeatedRequest, desk
from grappe.web.shared.forms import DayField, DeedForm


@desk
@require_GET
def registers_page(request: SeatedRequest) -> HttpResponse:
    """The members' register, the notice to the labour inspectorate, the lines for the users' staff registers."""
    return _page(request, SentForm(initial={"sent_on": request.seat.on}))


def _page(request: SeatedRequest, form: SentForm) -> HttpResponse:
    on = request.seat.on
    context = {
        "member_lacks": registers.members_lack(registers.members(), on=on),
        "notice": registers.notice(request.seat.cluster, on=on),
        "line_count": len(registers.staff_lines()),
        "mention": registers.mention(request.seat.cluster),
        "form": form,
    }
    return render(request, "desk/registers/registers.html", context, status=400 if form.errors else 200)


@desk
@require_GET
def members_xlsx(request: SeatedRequest) -> HttpResponse:
    return download(registers.members_xlsx(registers.members()), f"membres-{request.seat.cluster.slug}.xlsx")


@desk
@require_GET
def members_pdf(request: SeatedRequest) -> HttpResponse:
    rows, cluster = registers.members(), request.seat.cluster
    return _pdf(registers.members_pdf(rows, cluster=cluster, on=request.seat.on, at=timezone.now()), "membres")


@desk
@require_GET
def notice_pdf(request: SeatedRequest) -> HttpResponse:
    body = registers.notice_pdf(request.seat.cluster, on=request.seat.on, at=timezone.now())
    return _pdf(body, "inspection-du-travail")


class SentForm(DeedForm):
    sent_on = DayField(label=gettext_lazy("Envoyée le"))


@desk
@require_POST
def notice_sent(request: SeatedRequest) -> HttpResponse:
    """The notice left: what it said is kept, so that what changes afterwards is told."""
    form, cluster = SentForm(request.POST), request.seat.cluster
    if form.is_valid():
        facts = registers.notice(cluster, on=request.seat.on).facts
        try:
            note_notice_sent(
                by=request.user, cluster=cluster, sent_on=form.cleaned_data["sent_on"], facts=facts, key=form.key
            )
        except Refused as refused:
            form.add_error("sent_on", f"{refused.message} {refused.remedy}")
        else:
            messages.success(request, _("L’envoi est noté : Grappe dira ce qui change depuis."))
            return redirect("desk:registers", slug=cluster.slug)
    return _page(request, form)


@desk
@require_GET
def staff_pdf(request: SeatedRequest) -> HttpResponse:
    lines = registers.staff_lines()
    return _pdf(registers.staff_pdf(lines, cluster=request.seat.cluster, at=timezone.now()), "registre-du-personnel")


def _pdf(body: bytes, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'inline; filename="{name}.pdf"'}
    return HttpResponse(body, content_type="application/pdf", headers=headers)


urlpatterns = [
    path("structures/registres/", registers_page, name="registers"),
    path("structures/registres/membres.xlsx", members_xlsx, name="register_members_xlsx"),
    path("structures/registres/membres.pdf", members_pdf, name="register_members_pdf"),
    path("structures/registres/inspection-du-travail.pdf", notice_pdf, name="register_notice"),
    path("structures/registres/inspection-du-travail/envoyee/", notice_sent, name="register_notice_sent"),
    path("structures/registres/personnel.pdf", staff_pdf, name="register_staff"),
]
