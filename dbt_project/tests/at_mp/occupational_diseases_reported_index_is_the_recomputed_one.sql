-- Reported and recomputed index of occupational diseases; divisions against their sub-classes.
{{ yearly_claims_disagreements('ameli_occupational_diseases', 'mp') }}
