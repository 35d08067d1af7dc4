"""A bound policy as integers: typed fixed-point expressions and stages that columns can run."""
