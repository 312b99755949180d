"""Instagram: people of the celebrity database, and the restaurants and posts of the analytics lake."""
