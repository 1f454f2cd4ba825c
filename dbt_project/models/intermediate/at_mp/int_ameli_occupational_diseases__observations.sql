{{ yearly_claims_observations('ameli_occupational_diseases', 'mp', 'mp_cases', 'cases') }}
