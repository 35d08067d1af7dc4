"""DMN beyond policies: full FEEL evaluated with the null semantics of the standard. Policies never come here."""
