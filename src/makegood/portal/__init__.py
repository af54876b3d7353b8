"""The customers' site: what is due for each of my lines, and getting it. Korean first.

It decides nothing: it asks the rooms below, and shows what they say in their words.
"""
