"""DECIDE: pure functions from configuration, files and memory to a plan. Nothing here touches the outside."""
