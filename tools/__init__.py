"""Tools for those who build and run Tocsin; never deployed."""
