"""Run tests: load answers, choose devices, reset state before each test, diagnose failures."""
