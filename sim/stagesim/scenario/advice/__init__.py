"""Valid scenarios that will mislead: what to say of their settings before anybody believes the figures."""
