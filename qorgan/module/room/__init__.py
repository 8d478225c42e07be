"""The judging room: its process reads what attackers may have written, and has nothing else."""
