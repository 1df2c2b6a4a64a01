-- Goes back: what is paused is worked on again, and what nobody confirmed waits to be confirmed.
DROP TABLE call_back;
DROP TABLE call_back_draw;
DROP TABLE project_progress;
DROP TABLE project_extension;
DROP TABLE project_pause;
DROP INDEX project_by_confirm_due;
DROP INDEX project_by_close_due;
DROP INDEX project_by_pause_end;
DROP INDEX project_by_closing;
DROP INDEX project_by_unconfirmed;
ALTER TABLE project
    DROP CONSTRAINT project_status_known,
    DROP CONSTRAINT project_delivered,
    DROP CONSTRAINT project_confirmation_whole,
    DROP CONSTRAINT project_confirmed,
    DROP CONSTRAINT project_unconfirmed,
    DROP CONSTRAINT project_closed_after,
    DROP CONSTRAINT project_close_clock,
    DROP CONSTRAINT project_progress_clock,
    DROP CONSTRAINT project_paused,
    DROP CONSTRAINT project_pause_whole,
    DROP CONSTRAINT project_minutes_range;
UPDATE project SET
    status = CASE WHEN status = 'PAUSED' THEN 'ACTIVE' WHEN status = 'UNCONFIRMED' OR (status = 'CLOSED' AND confirmed_at IS NULL) THEN 'DELIVERED' ELSE status END,
    close_due_at = CASE WHEN confirmed_at IS NOT NULL THEN close_due_at END,
    closed_at = CASE WHEN status <> 'CLOSED' OR confirmed_at IS NOT NULL THEN closed_at END;
ALTER TABLE project
    ADD CONSTRAINT project_status_known CHECK (status IN ('PLANNED', 'ACTIVE', 'DELIVERED', 'CONFIRMED', 'CLOSED', 'CANCELLED')),
    ADD CONSTRAINT project_delivered CHECK (status NOT IN ('DELIVERED', 'CONFIRMED', 'CLOSED') OR delivered_at IS NOT NULL),
    ADD CONSTRAINT project_confirmation_whole CHECK (
        (confirmed_at IS NULL) = (solved IS NULL) AND (confirmed_at IS NULL) = (answered IS NULL)
        AND (confirmed_at IS NULL) = (reached_out IS NULL) AND (confirmed_at IS NULL) = (satisfaction IS NULL)
        AND (confirmed_at IS NULL) = (confirmed_by IS NULL) AND (confirmed_at IS NULL) = (close_due_at IS NULL)),
    ADD CONSTRAINT project_confirmed CHECK (status NOT IN ('CONFIRMED', 'CLOSED') OR confirmed_at IS NOT NULL),
    DROP COLUMN progress_due_at,
    DROP COLUMN paused_at,
    DROP COLUMN paused_until,
    DROP COLUMN due_minutes_left,
    DROP COLUMN progress_minutes_left,
    DROP COLUMN unconfirmed_at;
DELETE FROM rule_change WHERE code IN (
    'PROJECT_PROGRESS',
    'PROJECT_CLOSE_UNCONFIRMED',
    'PROJECT_PAUSE',
    'PROJECT_EXTENSION_ASK',
    'PROJECT_EXTENSION_TOTAL',
    'PROJECT_EXTENSIONS_MOST',
    'CALL_BACK_SHARE');
DELETE FROM rule WHERE code IN (
    'PROJECT_PROGRESS',
    'PROJECT_CLOSE_UNCONFIRMED',
    'PROJECT_PAUSE',
    'PROJECT_EXTENSION_ASK',
    'PROJECT_EXTENSION_TOTAL',
    'PROJECT_EXTENSIONS_MOST',
    'CALL_BACK_SHARE');
