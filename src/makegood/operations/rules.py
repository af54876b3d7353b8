"""The policies as a table: who may do what, and the words of every condition."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from makegood.operations.frame import language
from makegood.trust.access import policies
from makegood.trust.policy import Role, act_name, matrix_of, role_name

_NOT_FOR_PEOPLE = (Role.CONSOLE_OPERATOR, Role.SYSTEM)


@login_required
@require_GET
def rules(request: HttpRequest) -> HttpResponse:
    """What the policies in force say; they are no secret from who works under them."""
    in_force = policies()
    matrix = matrix_of(in_force)
    words = language()
    roles = [role for role in Role if role not in _NOT_FOR_PEOPLE]
    rows = [
        {
            "act": act_name(row.act, words),
            "name": row.act,
            "marks": [(role_name(role, words), role in row.roles) for role in roles],
            "conditions": [policy.policy_id for policy in row.conditions],
        }
        for row in matrix.rows
        if any(role in row.roles for role in roles)
    ]
    conditions = [
        (policy.policy_id, policy.words[words], policy in matrix.always)
        for policy in matrix.conditions
    ]
    context = {
        "roles": [role_name(role, words) for role in roles],
        "rows": rows,
        "conditions": conditions,
        "version": in_force.version,
    }
    return render(request, "operations/policies.html", context)
