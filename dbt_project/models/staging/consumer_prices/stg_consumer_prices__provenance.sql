{{ stage_provenance('consumer_prices') }}
