"""One kind of cell a file: how its text is read, each in the shape of ``core/coercion.py``; ``coercers.py`` names them all."""
