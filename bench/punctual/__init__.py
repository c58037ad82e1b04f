"""How late, how fast and how idle publishing is (bench.publish): the ledger's rate, a thousand posts due in one second beside other
schedulers, a restart with a thousand overdue, a hundred thousand waiting."""
