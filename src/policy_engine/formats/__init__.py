"""What a text must look like: named formats with check digits, patterns, kinds of characters. Knows nothing of rules."""
