"""What a person has: a registered device, whose key the app proves. Has no table: the register is `devices`."""
