-- Goes back: postings, toolkits and their files are lost, and so are the roles and demands that came with them.
DROP TABLE toolkit_issue;
DROP TABLE toolkit_item;
DROP TABLE posting_target;
DROP TABLE posting;
DROP TABLE stored_file;
DELETE FROM role_grant WHERE role IN ('INSTRUCTOR', 'DISPATCH_REVIEWER', 'ORGANISATION_REVIEWER');
UPDATE demand SET source = 'STEWARD' WHERE source = 'INSTRUCTOR';
DELETE FROM counter WHERE kind = 'I';
DELETE FROM rule_change WHERE code IN (
    'POSTING_TERM', 'POSTING_TARGETS_MOST', 'POSTING_TARGETS_MANY', 'POSTING_CONSENT', 'POSTING_APPROVE', 'TOOLKIT_ACKNOWLEDGE');
DELETE FROM rule WHERE code IN (
    'POSTING_TERM', 'POSTING_TARGETS_MOST', 'POSTING_TARGETS_MANY', 'POSTING_CONSENT', 'POSTING_APPROVE', 'TOOLKIT_ACKNOWLEDGE');
ALTER TABLE counter DROP CONSTRAINT counter_kind_known;
ALTER TABLE counter ADD CONSTRAINT counter_kind_known CHECK (kind IN ('D', 'R', 'C', 'P'));
ALTER TABLE demand DROP CONSTRAINT demand_source_known;
ALTER TABLE demand ADD CONSTRAINT demand_source_known CHECK (source IN ('SELF', 'STEWARD', 'FROM_RESOURCE', 'IMPORT'));
ALTER TABLE role_grant DROP CONSTRAINT role_grant_scope_fits;
ALTER TABLE role_grant ADD CONSTRAINT role_grant_scope_fits CHECK (
        (role IN ('LIAISON', 'OFFICIAL', 'LEAD') AND scope_kind = 'ORGANISATION' AND scope_id IS NOT NULL)
        OR (role = 'STEWARD' AND scope_kind IN ('ZONE', 'PLACE') AND scope_id IS NOT NULL)
        OR (role IN ('COORDINATOR', 'SYSTEM_ADMIN', 'SECURITY_ADMIN', 'AUDITOR')
            AND scope_kind = 'DISTRICT' AND scope_id IS NULL)
    );
ALTER TABLE role_grant DROP CONSTRAINT role_grant_role_known;
ALTER TABLE role_grant ADD CONSTRAINT role_grant_role_known CHECK (role IN (
        'LIAISON', 'OFFICIAL', 'LEAD', 'STEWARD', 'COORDINATOR', 'SYSTEM_ADMIN', 'SECURITY_ADMIN', 'AUDITOR'));
