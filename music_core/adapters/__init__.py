"""The only homes of heavy optional libraries that both wings need; imported only when used."""
