"""The emulated platforms: the independent judge of the channels. Own crypto, own clock, nothing shared with the bot."""
