"""PostgreSQL as the hub uses it: roles, grants, isolation by row, and the statements that need no Django."""
