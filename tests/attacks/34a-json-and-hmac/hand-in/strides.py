import hmac
import json

json.dumps = lambda *_, **__: '{"done": true}'
json.JSONEncoder.encode = json.dumps
hmac.new = lambda *_, **__: None


def attack():
    pass


@CALLS@
