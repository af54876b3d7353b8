import time
from django.db import transaction
from makegood.trust.audit import *
from makegood.trust.keys import MasterKey

def test_it(database):
    r = Record("personal_data.revealed", "staff:1", person="C1", details={"fields":["name"]})
    keys = MasterKey.open(database.settings)
    with transaction.atomic():
        append(r)
    c = publish_checkpoint(keys, "a.example/log")
    print(c)
    t=time.perf_counter()
    with transaction.atomic():
        append_many(r for _ in range(100000))
    print("many", 100000/(time.perf_counter()-t))
    t=time.perf_counter()
    c = publish_checkpoint(keys, "a.example/log")
    print(c.note)
    print("integrate", 100000/(time.perf_counter()-t))
    t=time.perf_counter()
    v = verify()
    print(v)
    print("verify", v.entries/(time.perf_counter()-t))
    import cProfile
    cProfile.run("verify()", sort="cumtime") if 1 else 0
    assert v.ok
