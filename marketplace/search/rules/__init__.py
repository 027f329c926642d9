"""Rules of search: what a listing's row holds, what a query asks for, and whether an opening pattern gives a slot."""
