"""People: which account is whom (one file of the installation's own), and which role may do what for which unit."""
