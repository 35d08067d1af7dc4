"""The DMN Technology Compatibility Kit, read from the folder that the environment variable DMN_TCK names."""
