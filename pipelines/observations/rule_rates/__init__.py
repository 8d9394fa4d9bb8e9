"""How often each rule fires on an athlete's ordinary days: days drawn from their own, on which nothing happens."""
