"""OpenAI's two protocols, Chat Completions and Responses, with everyone who speaks them."""
