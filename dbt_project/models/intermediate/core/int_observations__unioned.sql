-- A new source of the shape `observations` is one line here; a source of another shape adds its
-- own int_<source>__observations. Tests compare this list with the models that exist.
{% set relations = [
    ref('int_ameli_commuting_accidents__observations'),
    ref('int_ameli_occupational_diseases__observations'),
    ref('int_ameli_work_accidents__observations'),
    ref('int_dares_labour_turnover__observations'),
    ref('int_dares_tensions__observations'),
    ref('int_dares_vacancies__observations'),
    ref('int_dares_wages_by_occupation__observations'),
    ref('int_france_travail_bmo__observations'),
    ref('int_france_travail_offers__observations'),
    ref('int_insee_bdm__observations'),
    ref('int_pay__observations'),
    ref('int_wage_gaps__observations'),
    ref('stg_absence_barometers__observations'),
    ref('stg_ameli_commuting_accidents__observations'),
    ref('stg_ameli_occupational_diseases__observations'),
    ref('stg_ameli_work_accidents__observations'),
    ref('stg_associations_employment_review__observations'),
    ref('stg_axess_barometer__observations'),
    ref('stg_ayming_barometer__observations'),
    ref('stg_chorum_barometer__observations'),
    ref('stg_cnsa_tdb_esms__observations'),
    ref('stg_cour_des_comptes_at_mp__observations'),
    ref('stg_dares_vacancies__observations'),
    ref('stg_dares_wages_by_occupation__observations'),
    ref('stg_dares_work_accidents__observations'),
    ref('stg_drees_es_handicap__observations'),
    ref('stg_drees_nursing_homes__observations'),
    ref('stg_drees_training__observations'),
    ref('stg_eurostat_vacancies__observations'),
    ref('stg_eurostat_work_accidents__observations'),
    ref('stg_fhf_survey__observations'),
    ref('stg_france_travail_bmo__observations'),
    ref('stg_opco_sante_barometer__observations'),
    ref('stg_sector_surveys__observations'),
    ref('stg_sector_workforce__observations'),
    ref('stg_una_survey__observations'),
    ref('stg_unifaf_employment_survey__observations'),
    ref('stg_uriopss_idf_survey__observations'),
    ref('stg_wtw_barometer__observations')
] %}

{% for relation in relations %}
    select
        {{ observation_columns() | join(',\n    ') }}
    from {{ relation }}
    {% if not loop.last %}
        union all
    {% endif %}
{% endfor %}
