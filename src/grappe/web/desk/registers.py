"""The registers that the law asks of a group, from the data; what they lack is named, with where to write it."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_GET

from grappe.pools import registers
from grappe.web.desk.imports import download
from grappe.web.shared.doors import SeatedRequest, desk


@desk
@require_GET
def registers_page(request: SeatedRequest) -> HttpResponse:
    """The members' register, the notice to the labour inspectorate, the lines for the users' staff registers."""
    on = request.seat.on
    context = {
        "member_lacks": registers.members_lack(registers.members(), on=on),
        "notice": registers.notice(request.seat.cluster, on=on),
        "line_count": len(registers.staff_lines()),
        "mention": registers.mention(request.seat.cluster),
    }
    return render(request, "desk/registers/registers.html", context)


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
    found = registers.notice(request.seat.cluster, on=request.seat.on)
    return _pdf(registers.notice_pdf(found, at=timezone.now()), "inspection-du-travail")


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
    path("structures/registres/personnel.pdf", staff_pdf, name="register_staff"),
]
