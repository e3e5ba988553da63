"""When a study is large enough."""
