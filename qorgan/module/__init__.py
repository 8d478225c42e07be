"""Runs at an institution: reads security products, makes signals, strips secrets, keeps and sends them."""
