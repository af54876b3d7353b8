"""Instants, days and counts in templates, as the page's language writes them."""

from __future__ import annotations

from datetime import date, datetime

from django import template
from django.utils import timezone

from makegood.operations.frame import language
from makegood.programmes import date_text, moment_text

register = template.Library()


@register.filter
def moment(value: datetime | None) -> str:
    """An instant in the installation's zone: ``2026년 1월 14일 오전 9시``; empty for none."""
    return moment_text(timezone.localtime(value), language(), firm=True) if value else ""


@register.filter
def day(value: date | datetime | None) -> str:
    """A day, or an instant's day in the installation's zone; empty for none."""
    if isinstance(value, datetime):
        value = timezone.localtime(value).date()
    return date_text(value, language()) if value else ""


@register.filter
def count(value: object) -> str:
    """A whole number with its thousands apart; empty for anything else, as for none."""
    return f"{value:,}" if isinstance(value, int) else ""
