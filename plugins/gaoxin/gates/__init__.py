"""Gates (关口): criteria, verdicts and waivers, as pure functions of evidence and a time."""
