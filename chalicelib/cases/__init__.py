"""What a case is and what may happen to it: pure, no cloud, no clock, no dice."""
