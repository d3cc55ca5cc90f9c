"""Every sentence and card a person sees, and who is told what. Nothing here decides; nothing elsewhere speaks."""
