"""ISO 20022 files and the holder check of a bank."""
