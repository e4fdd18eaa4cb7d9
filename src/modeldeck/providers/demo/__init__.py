"""The provider `demo`: a simulated service behind the ordinary OpenRouter adapter."""
