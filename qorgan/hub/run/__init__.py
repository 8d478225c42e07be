"""Running a hub: its PostgreSQL, its processes, and one supervisor that starts and stops them all."""
