"""Turnover: how many come and leave, in which jobs, why, and what is said of it."""
