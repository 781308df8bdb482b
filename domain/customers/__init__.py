"""Who is looked after: customers (doctors) and the institutions they work in."""
