"""What people see of the gate in a browser: sign-in, registration, every other ceremony, and a page of their own."""
