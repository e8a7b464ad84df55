"""What runs inside a process of the user's, on their Python: nothing of this package may be imported from there, nor it from here."""
