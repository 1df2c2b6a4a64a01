-- Goes back: everything that was filed is lost.
DROP TRIGGER stored_file_no_update;
DROP TRIGGER stored_file_no_delete;
DROP TRIGGER filed_record_no_update;
DROP TRIGGER filed_record_no_delete;
DROP TRIGGER record_addendum_no_update;
DROP TRIGGER record_addendum_no_delete;
DROP TRIGGER record_file_no_update;
DROP TRIGGER record_file_no_delete;
DROP TRIGGER record_segment_no_update;
DROP TRIGGER record_segment_no_delete;
DROP TABLE record_segment;
DROP TABLE record_head;
DROP TABLE record_file;
DROP TABLE record_addendum;
DROP TABLE record_standing;
DROP TABLE filed_record;
DROP TABLE record_opening;
DROP TABLE record_draft;
DELETE FROM rule_change WHERE code IN (
    'RECORD_LATE', 'RECORD_LOCK', 'RECORD_OPENING', 'RECORD_VERIFY', 'RECORD_DECIDE', 'RECORD_ATTACHMENTS_MOST');
DELETE FROM rule WHERE code IN (
    'RECORD_LATE', 'RECORD_LOCK', 'RECORD_OPENING', 'RECORD_VERIFY', 'RECORD_DECIDE', 'RECORD_ATTACHMENTS_MOST');
