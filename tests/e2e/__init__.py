"""End-to-end tests: real repositories, real workflows, real containers."""
