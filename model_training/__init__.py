"""Makes genre models: data, networks, training, evaluation, export."""
