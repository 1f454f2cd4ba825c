"""The sources: who publishes what, under which licence, how old, and how good the evidence is."""
