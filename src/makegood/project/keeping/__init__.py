"""Back-up and restore: the whole store in a folder, with what proves that it is whole."""

from makegood.project.keeping.backing_up import back_up, copy_master_key
from makegood.project.keeping.manifest import Manifest
from makegood.project.keeping.restoring import Restored, restore

__all__ = ["Manifest", "Restored", "back_up", "copy_master_key", "restore"]
