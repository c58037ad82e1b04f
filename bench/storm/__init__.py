"""Ten thousand crashes and faults against the outbox over the simulated platforms, judged by what stands there afterwards.

`blows` says what can go wrong, `strike` lets it happen, `house` is a ministry with its platforms and clocks, `desk` where its
people bring about what is sent, `life` lets workers live, die and be succeeded, `judge` compares the ledger with the platforms,
`scenes` are the runs, `processes` the real kill -9.
"""
