"""The audit of figures: the list of claims with their verdicts, and one page a claim."""
