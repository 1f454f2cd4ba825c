-- A new source is one line here; a test compares this list with the staged provenance tables.
{% set relations = [
    ref('stg_absence_barometers__provenance'),
    ref('stg_ameli_commuting_accidents__provenance'),
    ref('stg_ameli_occupational_diseases__provenance'),
    ref('stg_ameli_work_accidents__provenance'),
    ref('stg_associations_employment_review__provenance'),
    ref('stg_axess_barometer__provenance'),
    ref('stg_ayming_barometer__provenance'),
    ref('stg_bad__provenance'),
    ref('stg_ccn51__provenance'),
    ref('stg_ccn66__provenance'),
    ref('stg_chorum_barometer__provenance'),
    ref('stg_civil_service__provenance'),
    ref('stg_cnsa_tdb_esms__provenance'),
    ref('stg_consumer_prices__provenance'),
    ref('stg_cour_des_comptes_at_mp__provenance'),
    ref('stg_dares_labour_turnover__provenance'),
    ref('stg_dares_tensions__provenance'),
    ref('stg_dares_vacancies__provenance'),
    ref('stg_dares_wages_by_occupation__provenance'),
    ref('stg_dares_work_accidents__provenance'),
    ref('stg_drees_es_handicap__provenance'),
    ref('stg_drees_nursing_homes__provenance'),
    ref('stg_drees_social_tensions__provenance'),
    ref('stg_drees_training__provenance'),
    ref('stg_eurostat_vacancies__provenance'),
    ref('stg_eurostat_work_accidents__provenance'),
    ref('stg_fhf_survey__provenance'),
    ref('stg_france_travail_bmo__provenance'),
    ref('stg_france_travail_offers__provenance'),
    ref('stg_gmr__provenance'),
    ref('stg_insee_bdm__provenance'),
    ref('stg_insee_bdm_catalogue__provenance'),
    ref('stg_opco_sante_barometer__provenance'),
    ref('stg_sector_surveys__provenance'),
    ref('stg_sector_workforce__provenance'),
    ref('stg_segur__provenance'),
    ref('stg_smic__provenance'),
    ref('stg_social_security_ceiling__provenance'),
    ref('stg_una_survey__provenance'),
    ref('stg_unifaf_employment_survey__provenance'),
    ref('stg_uriopss_idf_survey__provenance'),
    ref('stg_wage_gaps__provenance'),
    ref('stg_wtw_barometer__provenance')
] %}

{% for relation in relations %}
    select
        source_id,
        provenance_id,
        reference,
        url,
        evidence,
        is_second_rank,
        note_fr
    from {{ relation }}
    {% if not loop.last %}
        union all
    {% endif %}
{% endfor %}
