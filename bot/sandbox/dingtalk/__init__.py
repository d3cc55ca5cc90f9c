"""An emulated DingTalk: one organisation with one enterprise robot, its gateway, its APIs and its members' phones."""
