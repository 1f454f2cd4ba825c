-- Reported and recomputed index of commuting accidents; divisions against their sub-classes.
{{ yearly_claims_disagreements('ameli_commuting_accidents', 'commuting') }}
