"""Made-up returns for drills and demonstrations: figures, registers, faults on purpose, and the files themselves."""
