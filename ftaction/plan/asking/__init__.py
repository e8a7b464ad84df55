"""What asking a model is about, decided: items, prompts, batches, what is made of answers, what it may cost. Nothing here reaches outside."""
