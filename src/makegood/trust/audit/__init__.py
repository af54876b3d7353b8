"""The log that cannot lie: append-only entries under a Merkle tree with signed checkpoints."""

from makegood.trust.audit.appending import append, append_many, entry_clauses, entry_values
from makegood.trust.audit.canonical_json import Json, NotCanonical, canonical
from makegood.trust.audit.checkpoints import (
    Checkpoint,
    newest_checkpoint,
    publish_checkpoint,
    sign_checkpoint,
)
from makegood.trust.audit.examining import (
    Examination,
    ask_to_examine,
    carry_out_examination,
    examination_of,
    examinations,
)
from makegood.trust.audit.exporting import Exported, export
from makegood.trust.audit.head_file import HEAD_FILE, HeadFile, RememberedHead
from makegood.trust.audit.identifiers import lowest_at
from makegood.trust.audit.integrating import integrate, integrate_all
from makegood.trust.audit.kinds import KINDS, Kind
from makegood.trust.audit.note import (
    BadNote,
    Note,
    SigningKey,
    VerifierKey,
    parse_note,
    verified_by,
)
from makegood.trust.audit.proof import ConsistencyProof, InclusionProof
from makegood.trust.audit.proving import cosigned_note, prove, prove_consistency
from makegood.trust.audit.reading import Placed, Selection, entries, find_entry, placed_entries
from makegood.trust.audit.record import Entry, Record
from makegood.trust.audit.signers import (
    Signer,
    Wrapping,
    make_signer,
    newest_signer,
    rewrap_signer,
    verifier_keys,
)
from makegood.trust.audit.verifying import Verification, verify
from makegood.trust.audit.witness_standing import WitnessStanding, standing_of
from makegood.trust.audit.witnessing import Witnessed, send_to_witness

__all__ = [
    "HEAD_FILE",
    "KINDS",
    "BadNote",
    "Checkpoint",
    "ConsistencyProof",
    "Entry",
    "Examination",
    "Exported",
    "HeadFile",
    "InclusionProof",
    "Json",
    "Kind",
    "NotCanonical",
    "Note",
    "Placed",
    "Record",
    "RememberedHead",
    "Selection",
    "Signer",
    "SigningKey",
    "Verification",
    "VerifierKey",
    "WitnessStanding",
    "Witnessed",
    "Wrapping",
    "append",
    "append_many",
    "ask_to_examine",
    "canonical",
    "carry_out_examination",
    "cosigned_note",
    "entries",
    "entry_clauses",
    "entry_values",
    "examination_of",
    "examinations",
    "export",
    "find_entry",
    "integrate",
    "integrate_all",
    "lowest_at",
    "make_signer",
    "newest_checkpoint",
    "newest_signer",
    "parse_note",
    "placed_entries",
    "prove",
    "prove_consistency",
    "publish_checkpoint",
    "rewrap_signer",
    "send_to_witness",
    "sign_checkpoint",
    "standing_of",
    "verified_by",
    "verifier_keys",
    "verify",
]
