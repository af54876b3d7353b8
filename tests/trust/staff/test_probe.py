def test_probe(database):
    from django.test import Client
    from makegood.trust import staff
    from makegood.trust.access import Visitor
    member, token = staff.add_member(Visitor.console("root"), "kim.minji", name="김민지", roles=["call_centre_agent"])
    assert token
    print(staff.all_members(Visitor.console("root")))
    from django.core.management import call_command
    call_command("check")
