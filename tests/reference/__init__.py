"""A second, separately written settlement of the Jibei month, used to check the product against."""
