"""Returns (报送): forms as workbooks, reading them with cell addresses, their states, and made-up samples."""
