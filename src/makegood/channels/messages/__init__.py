"""SMS and e-mail: texts, spool, delivery reports, codes that can be confirmed."""
