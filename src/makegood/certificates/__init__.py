"""Certificates of covers: what a line is insured against, for how long, as a PDF to keep."""

from makegood.certificates.certifying import Certificate, certificate_of

__all__ = ["Certificate", "certificate_of"]
