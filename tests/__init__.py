"""The tests: units mirror the rooms, stories are end to end, one suite a port."""
