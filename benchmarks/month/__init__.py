"""The settlement of a month at the size of a province, against hand-written programs of the same job."""
