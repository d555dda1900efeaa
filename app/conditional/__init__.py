"""Drawing images whose codes the client chooses."""
