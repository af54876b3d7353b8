"""Pools of codes: how many are left, and which are low."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from makegood.channels.vouchers import PoolStanding, pools
from makegood.operations.parts import Figures, Shown, csv_asked
from makegood.operations.rights import ask_to_read
from makegood.trust.policy import Act, ResourceKind


@login_required
@require_GET
def vouchers(request: HttpRequest) -> HttpResponse:
    """Every pool: codes left, codes given, and whether somebody has to order more."""
    ask_to_read(request, Act.READ_RUNS, ResourceKind.RUN, details={"what": "voucher_pools"})
    standing = pools()
    figures = pool_figures(standing)
    file = csv_asked(request, figures)
    if file is not None:
        return file
    context = {"figures": figures, "low": [each.pool for each in standing if each.low]}
    return render(request, "operations/money/vouchers.html", context)


def pool_figures(standing: list[PoolStanding]) -> Figures:
    """Pools as a table."""
    columns = (_("Pool"), _("Left"), _("Given"), _("State"))
    rows = tuple((each.pool, each.left, each.given, _state(each)) for each in standing)
    return Figures("voucher-pools", _("Pools of codes"), columns, rows)


def _state(pool: PoolStanding) -> Shown:
    words = _("low") if pool.low else _("enough")
    return Shown(words, words, tone="warn" if pool.low else "good")
