"""The pages: whatever a manager decides, in a browser."""
