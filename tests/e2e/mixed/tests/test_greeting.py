from greeting import greet


def test_greet_names_who_is_meant() -> None:
    assert greet("you") == "Hello, you"
