"""P11 at full size: shoppers, an owner and a worker on real processes while Redis fails in every way."""
