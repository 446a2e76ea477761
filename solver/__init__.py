"""The optimizer alone: places for tasks on a line of minutes, in lexicographic tiers, with bounds.

It knows integers and resources; no calendars, no people, no clock on the wall.
"""
