"""The ways people reach the desk: one package per platform, all behind the seam in `base`."""
