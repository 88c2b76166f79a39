-- What the planner goes by, and scans of an index alone; there is no reader yet whom it could disturb.
VACUUM (FREEZE, ANALYZE) :"part";
