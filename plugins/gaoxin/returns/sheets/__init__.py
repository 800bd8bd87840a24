"""The sheets of a template, each written by one module; `gaoxin.returns.template` puts them together."""
