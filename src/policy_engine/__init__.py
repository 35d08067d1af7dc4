"""Regional electricity-market policies as rule files: evaluated exactly, explained by clause."""
