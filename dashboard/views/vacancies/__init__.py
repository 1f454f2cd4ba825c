"""Vacant posts: how many, since when, in which jobs, where, and what is said of them."""
