"""What the tests share: a real repository, a real world around it, commands that a test releases by hand."""
