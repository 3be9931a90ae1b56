"""The tables of the bare server, laid beside ours in the measured database."""

TABLES = """
CREATE TABLE bare_meeting (
    id bigserial PRIMARY KEY, title text, starts_at timestamptz, capacity int,
    places_taken int CHECK (places_taken <= capacity));
CREATE TABLE bare_order (
    id bigserial PRIMARY KEY, meeting_id bigint REFERENCES bare_meeting,
    user_id bigint, created_at timestamptz);
CREATE INDEX ON bare_order (meeting_id);
INSERT INTO bare_meeting (title, starts_at, capacity, places_taken)
SELECT 'Yoga ' || n, now() + n * interval '1 hour', 100000, 0 FROM generate_series(1, 10000) n;
"""
