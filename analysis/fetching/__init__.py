"""The newest official figures over the network: the only room that uses it, and only when `fetch` is called."""
