"""What customers do about what is due: apply, choose, take, correct, withdraw, object.

Each act is asked of the rooms below with the customer as visitor. Where nothing is said otherwise
an act that is done twice, or in two windows at once, is done once, and both see its result.
"""
