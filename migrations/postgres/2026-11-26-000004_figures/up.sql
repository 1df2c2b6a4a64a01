-- Numbers of the rates, and lists that are frozen for a quarter.
INSERT INTO rule (district, code, value, unit, basis, source)
    SELECT code, 'RATE_CLAIMED_WITHIN', 10, 'WORKDAYS', 'OWN_CHOICE', '本区自定' FROM district;
INSERT INTO rule (district, code, value, unit, basis, source)
    SELECT code, 'RATE_SATISFIED_LEAST', 4, 'COUNT', 'OWN_CHOICE', '本区自定' FROM district;
INSERT INTO rule (district, code, value, unit, basis, source)
    SELECT code, 'RATE_CASES_LEAST', 5, 'COUNT', 'OWN_CHOICE', '本区自定' FROM district;
-- What the rates of a span of days are counted from.
CREATE INDEX demand_by_listing ON demand (district, listed_at) WHERE listed_at IS NOT NULL;
CREATE INDEX project_by_contact_due ON project (district, contact_due_at);
CREATE INDEX project_by_delivery ON project (district, delivered_at) WHERE delivered_at IS NOT NULL;
CREATE INDEX project_by_confirmation ON project (district, confirmed_at) WHERE confirmed_at IS NOT NULL;

-- Lists as they were when they were frozen (快照). Mirrors src/domain/snapshot.rs.
CREATE TABLE snapshot (
    id uuid NOT NULL,
    district text NOT NULL,
    list text NOT NULL,
    quarter text NOT NULL,
    row_count integer NOT NULL,
    sha256 text NOT NULL,
    previous uuid,
    added integer NOT NULL,
    removed integer NOT NULL,
    changed integer NOT NULL,
    taken_by uuid NOT NULL,
    taken_at timestamptz NOT NULL,
    CONSTRAINT snapshot_pk PRIMARY KEY (id),
    CONSTRAINT snapshot_district_fk FOREIGN KEY (district) REFERENCES district (code),
    CONSTRAINT snapshot_previous_fk FOREIGN KEY (previous) REFERENCES snapshot (id),
    CONSTRAINT snapshot_taker_fk FOREIGN KEY (taken_by) REFERENCES account (id),
    CONSTRAINT snapshot_once UNIQUE (district, list, quarter),
    CONSTRAINT snapshot_list_known CHECK (list IN ('DEMANDS', 'RESOURCES', 'PROJECTS')),
    CONSTRAINT snapshot_quarter_form CHECK (length(quarter) = 7),
    CONSTRAINT snapshot_sha256_form CHECK (length(sha256) = 64),
    CONSTRAINT snapshot_counts_range CHECK (row_count >= 0 AND added >= 0 AND removed >= 0 AND changed >= 0)
);
CREATE INDEX snapshot_by_age ON snapshot (district, taken_at, id);

-- The rows of a snapshot, each as its canonical line. They are entered before the snapshot itself:
-- once that is there, nothing is added any more. Mirrors src/domain/snapshot.rs.
CREATE TABLE snapshot_row (
    snapshot uuid NOT NULL,
    position integer NOT NULL,
    object uuid NOT NULL,
    line text NOT NULL,
    CONSTRAINT snapshot_row_pk PRIMARY KEY (snapshot, position),
    CONSTRAINT snapshot_row_object_unique UNIQUE (snapshot, object),
    CONSTRAINT snapshot_row_snapshot_fk FOREIGN KEY (snapshot) REFERENCES snapshot (id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT snapshot_row_position_range CHECK (position >= 1)
);

CREATE FUNCTION snapshot_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a snapshot is frozen';
END
$$;
CREATE TRIGGER snapshot_no_update BEFORE UPDATE ON snapshot FOR EACH ROW EXECUTE FUNCTION snapshot_is_frozen();
CREATE TRIGGER snapshot_no_delete BEFORE DELETE ON snapshot FOR EACH ROW EXECUTE FUNCTION snapshot_is_frozen();
CREATE TRIGGER snapshot_row_no_update BEFORE UPDATE ON snapshot_row FOR EACH ROW EXECUTE FUNCTION snapshot_is_frozen();
CREATE TRIGGER snapshot_row_no_delete BEFORE DELETE ON snapshot_row FOR EACH ROW EXECUTE FUNCTION snapshot_is_frozen();

CREATE FUNCTION snapshot_is_complete() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM snapshot WHERE id = NEW.snapshot) THEN
        RAISE EXCEPTION 'a snapshot is frozen';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER snapshot_row_no_insert BEFORE INSERT ON snapshot_row FOR EACH ROW EXECUTE FUNCTION snapshot_is_complete();
