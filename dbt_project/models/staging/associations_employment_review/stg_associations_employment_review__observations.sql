{{ stage_observations('associations_employment_review') }}
