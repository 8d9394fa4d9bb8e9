"""What everything cost, and how sure that is: meter, ledger, factors."""
