"""A unit's own table read by a mapping: places, headings, figures. Pure; `gaoxin.plan.mappings` says how one is written."""
