-- Words and waivers of one moment are told apart by their events: where the clock stands, as in a drill between two played days,
-- a refusal that was taken back and given again is a third word, and no repetition of the first.

alter table gaoxin.approvals drop constraint approvals_campaign_phase_by_unit_decision_seal_recorded_at_key,
    add unique (campaign, phase, by_unit, decision, seal, recorded_at, seq);
alter table gaoxin.waivers drop constraint waivers_campaign_phase_criterion_by_unit_expires_recorded_a_key,
    add unique (campaign, phase, criterion, by_unit, expires, recorded_at, seq);
