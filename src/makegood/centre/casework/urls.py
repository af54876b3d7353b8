"""The addresses of cases and knowledge, beside the centre's own. A case's number is nobody's."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from makegood.centre.casework import acting, days, excepting, knowing, opening, showing

patterns: list[URLPattern | URLResolver] = [
    path("cases/", days.day, name="cases"),
    path("cases/find/", days.find, name="find_case"),
    path("cases/new/", opening.new, name="new_case"),
    path("cases/<str:number>/", showing.shown, name="case"),
    path("cases/<str:number>/note/", acting.write_note, name="case_note"),
    path("cases/<str:number>/tag/", acting.put_tag, name="case_tag"),
    path("cases/<str:number>/untag/", acting.take_tag_away, name="case_untag"),
    path("cases/<str:number>/take/", acting.take_it, name="case_take"),
    path("cases/<str:number>/wait/", acting.wait, name="case_wait"),
    path("cases/<str:number>/hand-over/", acting.hand_it_over, name="case_hand_over"),
    path("cases/<str:number>/deadline/", acting.set_deadline, name="case_deadline"),
    path("cases/<str:number>/number/", acting.number_shown, name="case_number"),
    path("cases/<str:number>/called/", acting.tell_call, name="case_called"),
    path("cases/<str:number>/close/", acting.end, name="case_close"),
    path("cases/<str:number>/reopen/", acting.go_on, name="case_reopen"),
    path("cases/<str:number>/exception/", excepting.ask, name="case_exception"),
    path("cases/<str:number>/exception/carry-out/", excepting.carry_out, name="case_carry_out"),
    path("knowledge/", knowing.search, name="knowledge"),
    path("knowledge/<slug:programme>/<str:name>/", knowing.article, name="article"),
]
