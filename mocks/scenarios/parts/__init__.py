"""The parts of the account that the scenario makes, one for each area."""
