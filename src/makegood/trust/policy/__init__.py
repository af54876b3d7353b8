"""Who may do what, under which conditions: Cedar policies, checked when they are loaded.

Nothing is allowed that no policy permits. Each condition is a policy of its own, with words for
whoever it refuses. No database and no Django here; the gate (``trust.access``) asks and logs.
"""

from makegood.trust.policy.cases import Case, check_cases, read_cases
from makegood.trust.policy.checking import Policy
from makegood.trust.policy.matrix import Matrix, Row, markdown_of, matrix_of
from makegood.trust.policy.naming import LANGUAGES, act_name, purpose_name, role_name
from makegood.trust.policy.policy_set import NO_ROLE_PERMITS, NOT_JUDGED, PolicySet
from makegood.trust.policy.request import Circumstances, Principal, Reason, Resource, Ruling
from makegood.trust.policy.words import (
    Act,
    Consent,
    DeviceTrust,
    Network,
    PrincipalKind,
    Purpose,
    ResourceKind,
    Role,
    SignIn,
)

__all__ = [
    "LANGUAGES",
    "NOT_JUDGED",
    "NO_ROLE_PERMITS",
    "Act",
    "Case",
    "Circumstances",
    "Consent",
    "DeviceTrust",
    "Matrix",
    "Network",
    "Policy",
    "PolicySet",
    "Principal",
    "PrincipalKind",
    "Purpose",
    "Reason",
    "Resource",
    "ResourceKind",
    "Role",
    "Row",
    "Ruling",
    "SignIn",
    "act_name",
    "check_cases",
    "markdown_of",
    "matrix_of",
    "purpose_name",
    "read_cases",
    "role_name",
]
