"""The closed lists that a decision is made of. The schema of the policies has the same ones."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What somebody is there for."""

    CALL_CENTRE_AGENT = "call_centre_agent"
    SHOP_AGENT = "shop_agent"
    SUPERVISOR = "supervisor"
    REMEDIATION_AUTHOR = "remediation_author"
    REMEDIATION_APPROVER = "remediation_approver"
    PAYMENT_OFFICER = "payment_officer"
    PRIVACY_OFFICER = "privacy_officer"
    SECURITY_OFFICER = "security_officer"
    AUDITOR = "auditor"
    CUSTOMER = "customer"
    CONSOLE_OPERATOR = "console_operator"
    SYSTEM = "system"


class Act(StrEnum):
    """Everything that is decided by policy."""

    LOOK_UP = "look_up"
    READ_MASKED = "read_masked"
    REVEAL = "reveal"
    DOWNLOAD = "download"
    CORRECT = "correct"
    RECORD_CONSENT = "record_consent"
    DELETE_PERSON = "delete_person"
    GRANT_EXCEPTION = "grant_exception"
    PROPOSE_PUBLISH_PROGRAMME = "propose_publish_programme"
    PROPOSE_RELEASE_RUN = "propose_release_run"
    PROPOSE_END_ITEM = "propose_end_item"
    PROPOSE_CUSTOMER_EXCEPTION = "propose_customer_exception"
    PROPOSE_ROTATE_KEYS = "propose_rotate_keys"
    PROPOSE_CHANGE_POLICIES = "propose_change_policies"
    PROPOSE_CHANGE_STAFF = "propose_change_staff"
    APPROVE_PUBLISH_PROGRAMME = "approve_publish_programme"
    APPROVE_RELEASE_RUN = "approve_release_run"
    APPROVE_END_ITEM = "approve_end_item"
    APPROVE_CUSTOMER_EXCEPTION = "approve_customer_exception"
    APPROVE_ROTATE_KEYS = "approve_rotate_keys"
    APPROVE_CHANGE_POLICIES = "approve_change_policies"
    APPROVE_CHANGE_STAFF = "approve_change_staff"
    WITHDRAW_PROPOSAL = "withdraw_proposal"
    READ_PROPOSALS = "read_proposals"
    PUBLISH_PROGRAMME = "publish_programme"
    RELEASE_RUN = "release_run"
    END_ITEM = "end_item"
    ROTATE_KEYS = "rotate_keys"
    READ_KEYS = "read_keys"
    CHANGE_POLICIES = "change_policies"
    LOAD_CONTACTS = "load_contacts"
    BACK_UP = "back_up"
    RESTORE = "restore"
    READ_LOG = "read_log"
    EXPORT_LOG = "export_log"
    VERIFY_LOG = "verify_log"
    REVIEW_ACCESS = "review_access"
    READ_STAFF = "read_staff"
    MANAGE_STAFF = "manage_staff"
    CHANGE_STAFF = "change_staff"
    END_SESSION = "end_session"
    ENROL_DEVICE = "enrol_device"
    REVOKE_DEVICE = "revoke_device"
    REGISTER_LINES = "register_lines"
    QUOTE = "quote"
    APPLY = "apply"
    WITHDRAW_CLAIM = "withdraw_claim"
    READ_CLAIMS = "read_claims"
    LIST_CLAIMS = "list_claims"
    DECIDE_CLAIM = "decide_claim"
    READ_DOCUMENT = "read_document"
    PLAN_RUNS = "plan_runs"
    CARRY_OUT_RUNS = "carry_out_runs"
    PAUSE_RUN = "pause_run"
    RETRY_RUN = "retry_run"
    READ_RUNS = "read_runs"
    READ_DEVIATIONS = "read_deviations"
    READ_LEDGER = "read_ledger"
    IMPORT_VOUCHERS = "import_vouchers"
    REHEARSE = "rehearse"
    SET_GATE = "set_gate"
    READ_CASES = "read_cases"
    READ_CASE_NOTES = "read_case_notes"
    HANDLE_CASE = "handle_case"
    CALL_BACK = "call_back"
    REQUEST_CALLBACK = "request_callback"
    TAKE_CALLBACK = "take_callback"
    ACT_FOR_CUSTOMER = "act_for_customer"
    SHOW_CODE = "show_code"


class ResourceKind(StrEnum):
    """What an act is done to."""

    CUSTOMER = "customer"
    PROPOSAL = "proposal"
    PROGRAMME = "programme"
    RUN = "run"
    KEYS = "keys"
    LOG = "log"
    STAFF = "staff"
    DEVICE = "device"
    POLICIES = "policies"
    STORE = "store"
    LEDGER = "ledger"
    VOUCHERS = "vouchers"
    CASE = "case"


class PrincipalKind(StrEnum):
    """A member of staff signed in, an account of the machine's console, the program, a customer."""

    STAFF = "staff"
    CONSOLE = "console"
    SYSTEM = "system"
    CUSTOMER = "customer"


class Purpose(StrEnum):
    """What for. ``UNKNOWN`` is none, or one that is not in this list."""

    CUSTOMER_REQUEST = "customer_request"
    CALLBACK = "callback"
    CLAIM_HANDLING = "claim_handling"
    PAYOUT_RETURNED = "payout_returned"
    COMPLAINT = "complaint"
    LEGAL_REQUEST = "legal_request"
    INCIDENT_RESPONSE = "incident_response"
    OPERATION = "operation"
    AUDIT = "audit"
    UNKNOWN = "unknown"


class Consent(StrEnum):
    """The customer's consent as it stands on record; not needed where no customer is concerned."""

    VALID = "valid"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    NONE = "none"
    NOT_NEEDED = "not_needed"


class DeviceTrust(StrEnum):
    """How a device is known."""

    CERTIFICATE = "certificate"
    ENROLLED = "enrolled"
    CONSOLE = "console"
    UNKNOWN = "unknown"


class SignIn(StrEnum):
    """How somebody has shown who they are."""

    PASSKEY = "passkey"
    TOTP = "totp"
    OIDC_MFA = "oidc_mfa"
    MESSAGE_CODE = "message_code"
    PASSWORD = "password"  # noqa: S105  # a way of signing in, not a secret
    CONSOLE = "console"
    NONE = "none"


class Network(StrEnum):
    """From where a request comes."""

    OFFICE = "office"
    VPN = "vpn"
    SHOP = "shop"
    CONSOLE = "console"
    OUTSIDE = "outside"
