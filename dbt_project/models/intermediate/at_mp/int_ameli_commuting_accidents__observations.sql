{{ yearly_claims_observations('ameli_commuting_accidents', 'commuting', 'commuting_accidents') }}
