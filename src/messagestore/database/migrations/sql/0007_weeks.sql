-- The week of a moment, Monday to Sunday in UTC, counted from the year 1: what an index that cannot
-- answer in the order of time is asked for, one week after another.
CREATE FUNCTION messagestore_week(moment timestamptz) RETURNS integer
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN ((moment AT TIME ZONE 'UTC')::date - '0001-01-01'::date) / 7;
