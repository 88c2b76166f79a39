from messagestore.providers.redaction import REMOVED, without_secrets


def test_credentials_are_removed_at_any_depth_and_in_any_spelling() -> None:
    part = {
        "apikey": "k",
        "Access_Token": "t",
        "list": [{"jwtToken": "j", "body": "hello"}],
        "flow_token": "reading-night",
        "token": None,
    }
    assert without_secrets(part) == {
        "apikey": REMOVED,
        "Access_Token": REMOVED,
        "list": [{"jwtToken": REMOVED, "body": "hello"}],
        "flow_token": "reading-night",
        "token": None,
    }
    assert part["apikey"] == "k", "the payload itself stays as it is"
