"""The pure heart of the desk: values and rules, no input or output, no third party but pydantic."""
