"""The words: frozen data from the standard library, no input or output. Everything else in the package speaks in them."""
