"""What the demonstration's people have done in ASOI over the last weeks, through the same acts as everybody's."""
