"""What is measured, each beside its baseline in the same run. `python -m bench --quick` runs all of them in small sizes."""
