"""`python -m bot` is the same as `yunwei`."""

from bot.cli import main

if __name__ == "__main__":
    main()
