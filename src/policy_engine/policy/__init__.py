"""What rule files mean: binding, the policy model, the library of versions."""
