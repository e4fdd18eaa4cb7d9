"""Public facts and prices about models that come from no provider."""
