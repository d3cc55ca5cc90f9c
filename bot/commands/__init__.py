"""The commands of `yunwei`, one module a topic. They may import everything; nothing imports them."""
