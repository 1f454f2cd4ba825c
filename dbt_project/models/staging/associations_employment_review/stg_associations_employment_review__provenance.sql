{{ stage_provenance('associations_employment_review') }}
