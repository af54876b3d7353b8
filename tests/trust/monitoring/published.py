"""What the published schema of OCSF 1.6.0 asks of the classes and objects that are sent here.

Copied by hand from schema.ocsf.io, not from the program: requirements of classes, activities,
requirements of objects, and of which attributes one must be there.
"""

EVERY_CLASS = {
    "activity_id",
    "category_uid",
    "class_uid",
    "metadata",
    "severity_id",
    "time",
    "type_uid",
}
CLASSES = {
    3001: ({"user"}, [], range(13)),
    3002: ({"user"}, [{"service", "dst_endpoint"}], range(8)),
    3003: ({"user"}, [{"privileges", "group"}], range(3)),
    3004: ({"entity"}, [], range(14)),
    6002: ({"app"}, [], range(9)),
    6003: ({"actor", "api", "src_endpoint"}, [], range(5)),
    6005: ({"actor", "src_endpoint"}, [{"database", "databucket", "table"}], range(11)),
}
OBJECTS = {
    "metadata": ({"version", "product"}, []),
    "product": (set(), [{"name", "uid"}]),
    "actor": (set(), [{"process", "user", "invoked_by", "session", "app_name", "app_uid"}]),
    "user": (set(), [{"account", "name", "uid"}]),
    "src_endpoint": (set(), [{"ip", "uid", "name", "hostname", "svc_name"}]),
    "api": ({"operation"}, []),
    "entity": (set(), [{"name", "uid", "device", "group", "org", "policy", "user"}]),
    "database": ({"type_id"}, [{"name", "uid"}]),
    "service": (set(), [{"name", "uid"}]),
    "app": (set(), [{"name", "uid"}]),
}
FOREIGN = {6002: {"actor", "src_endpoint"}}
"""What a class does not know without a profile."""

SEVERITIES = {0, 1, 2, 3, 4, 5, 6, 99}
STATUSES = {0, 1, 2, 99}


def faults(event):
    """Everything in which an event does not keep to the schema."""
    required, one_of, activities = CLASSES[event["class_uid"]]
    found = [f"{name} is missing" for name in (EVERY_CLASS | required) - event.keys()]
    found += [
        f"{name} is foreign" for name in FOREIGN.get(event["class_uid"], set()) & event.keys()
    ]
    found += [f"none of {sorted(names)}" for names in one_of if names.isdisjoint(event)]
    if event["activity_id"] not in {*activities, 99}:
        found.append("no such activity")
    if event["type_uid"] != event["class_uid"] * 100 + event["activity_id"]:
        found.append("type_uid is not of class and activity")
    if event["category_uid"] != event["class_uid"] // 1000:
        found.append("the class is not of the category")
    if event["severity_id"] not in SEVERITIES or event["status_id"] not in STATUSES:
        found.append("no such severity or status")
    if not isinstance(event["time"], int) or not 10**12 < event["time"] < 10**13:
        found.append("time is not in milliseconds")
    return found + [fault for name, value in event.items() for fault in object_faults(name, value)]


def object_faults(name, value):
    if not isinstance(value, dict):
        return
    required, one_of = OBJECTS.get(name, (set(), []))
    for missing in required - value.keys():
        yield f"{name}.{missing} is missing"
    for names in one_of:
        if names.isdisjoint(value):
            yield f"{name} has none of {sorted(names)}"
    if name != "unmapped":
        for inner, below in value.items():
            yield from object_faults(inner, below)
