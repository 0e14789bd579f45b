"""What must be so before a deployment: asked of the account, the stack and this checkout."""
