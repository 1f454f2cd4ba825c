"""Absenteeism: what each barometer says, of whom, and by which definition."""
