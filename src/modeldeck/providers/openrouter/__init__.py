"""OpenRouter: what it adds to the OpenAI-chat protocol."""
