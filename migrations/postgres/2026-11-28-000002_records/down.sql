-- Goes back: everything that was filed is lost.
DROP TRIGGER stored_file_no_update ON stored_file;
DROP TRIGGER stored_file_no_delete ON stored_file;
DROP TRIGGER stored_file_no_truncate ON stored_file;
DROP TABLE record_segment;
DROP TABLE record_head;
DROP TABLE record_file;
DROP TABLE record_addendum;
DROP TABLE record_standing;
DROP TABLE filed_record;
DROP TABLE record_opening;
DROP TABLE record_draft;
DROP FUNCTION refuse_change();
DROP FUNCTION refuse_removal();
DROP FUNCTION refuse_early_removal();
DROP FUNCTION refuse_early_removal_of_file();
DROP FUNCTION refuse_removal_of_filed();
DELETE FROM rule_change WHERE code IN (
    'RECORD_LATE', 'RECORD_LOCK', 'RECORD_OPENING', 'RECORD_VERIFY', 'RECORD_DECIDE', 'RECORD_ATTACHMENTS_MOST');
DELETE FROM rule WHERE code IN (
    'RECORD_LATE', 'RECORD_LOCK', 'RECORD_OPENING', 'RECORD_VERIFY', 'RECORD_DECIDE', 'RECORD_ATTACHMENTS_MOST');
