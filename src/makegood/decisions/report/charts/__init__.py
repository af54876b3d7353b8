"""The report's charts: inline SVG without a script, drawn by Altair."""
