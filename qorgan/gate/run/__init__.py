"""What the gate's commands do, and its processes."""
