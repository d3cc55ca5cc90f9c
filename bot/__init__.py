"""yunwei-bot: the fault desk of Guangzhou's unified IT service, inside the chat."""

__version__ = "0.1.0"
